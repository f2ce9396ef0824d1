import csv
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.errors import DataError


def splits(dataset):
    return dataset.train, dataset.validation, dataset.test


def test_without_given_splits_rows_are_split_by_shares_and_stratified(tmp_path):
    rows = [*examples(150, classes=("often",)), *examples(50, classes=("rare",), prefix="other ")]
    path = write_csv(tmp_path / "reviews.csv", rows)

    loaded = load_dataset(DataOptions(str(path), validation_share=0.1, test_share=0.2))

    assert loaded.findings == ()
    assert [Counter(split.labels.tolist()) for split in splits(loaded.dataset)] == [
        {0: 105, 1: 35},
        {0: 15, 1: 5},
        {0: 30, 1: 10},
    ]
    labels_of = dict(rows)
    for split in splits(loaded.dataset):
        assert [loaded.dataset.label_names[label] for label in split.labels] == [labels_of[t] for t in split.texts]


def test_columns_beside_the_text_are_learnt_from_the_training_rows(tmp_path):
    rows = [
        (f"{text} again", "ab"[number % 2], str(number // 2), label)
        for number, (text, label) in enumerate(examples(60))
    ]
    path = write_csv(tmp_path / "reviews.csv", rows, header=("text", "kind", "size", "label"))

    dataset = load_dataset(DataOptions(str(path), also=("kind", "size"))).dataset

    values = [dataset.form.parts(text)[0] for text in dataset.train.texts]
    kind, size = dataset.form.also
    assert dict(kind.counts) == Counter(value["kind"] for value in values)
    assert size.high == max(float(value["size"]) for value in values)
    assert dataset.read.form == dataset.form
    assert dataset.read.unused == ()


def test_the_seed_decides_the_split_and_the_fingerprint_tells(tmp_path):
    options = DataOptions(str(write_csv(tmp_path / "reviews.csv", examples(60))))

    prints = {load_dataset(replace(options, seed=seed)).dataset.fingerprint for seed in (0, 0, 1)}

    assert len(prints) == 2


def test_given_splits_are_kept_as_they_are_but_for_leaks(tmp_path):
    write_csv(tmp_path / "train.csv", examples(30))
    write_csv(tmp_path / "val.csv", examples(8, prefix="validation "))
    write_csv(tmp_path / "test.csv", [*examples(4, prefix="test "), *examples(2)])

    loaded = load_dataset(DataOptions(str(tmp_path)))

    assert [len(split) for split in splits(loaded.dataset)] == [28, 8, 6]
    assert [finding.code for finding in loaded.findings] == ["split-overlap"]


@pytest.mark.parametrize(("given", "made"), [("val", "test"), ("test", "validation")])
def test_the_split_that_was_not_given_is_split_off_and_told(tmp_path, given, made):
    write_csv(tmp_path / "train.csv", examples(100))
    write_csv(tmp_path / f"{given}.csv", examples(10, prefix="given "))

    loaded = load_dataset(DataOptions(str(tmp_path), validation_share=0.2, test_share=0.2))

    assert len(loaded.dataset.train) == 80
    assert {len(loaded.dataset.validation), len(loaded.dataset.test)} == {10, 20}
    assert [(finding.code, f"No {made} split" in finding.message) for finding in loaded.findings] == [
        ("split-off", True)
    ]


@pytest.mark.parametrize(("header", "why"), [(("text", "label"), "all empty"), (("text", "id"), r"has: text, id")])
def test_a_given_test_split_without_labels_is_not_replaced_unasked(tmp_path, header, why):
    write_csv(tmp_path / "train.csv", examples(100))
    write_csv(tmp_path / "test.csv", [(text, "") for text, _ in examples(10, prefix="given ")], header=header)
    options = DataOptions(str(tmp_path))

    with pytest.raises(DataError, match=rf"test split that was given.*10 rows and no labels.*{why}"):
        load_dataset(options)

    loaded = load_dataset(replace(options, allow=frozenset({"unlabelled-split"})))
    assert [finding.code for finding in loaded.findings] == ["unlabelled-split"]
    assert len(loaded.dataset.test) == 16


def test_all_that_blocks_is_told_at_once(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", [("1", "a"), ("2", "a"), ("3", "b")])

    with pytest.raises(DataError) as error:
        load_dataset(DataOptions(str(path)))

    assert all(f"[{code}]" in str(error.value) for code in ("numeric-texts", "small-classes", "too-few-rows"))


def test_what_is_allowed_goes_on(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", [*examples(12), ("a lone one", "rare")])

    loaded = load_dataset(DataOptions(str(path), allow=frozenset({"small-classes", "too-few-rows"})))

    assert loaded.dataset.label_names == ("bad", "good")
    assert [finding.code for finding in loaded.findings] == ["small-classes", "too-few-rows"]


def test_one_class_stops_whatever_is_allowed(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(40, classes=("only",)))

    with pytest.raises(DataError, match=r"two classes.*only 'only'"):
        load_dataset(DataOptions(str(path), allow=frozenset({"small-classes"})))


def test_number_classes_come_in_order_of_value(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(120, classes=("10", "9", "2")))

    assert load_dataset(DataOptions(str(path))).dataset.label_names == ("2", "9", "10")


def test_a_latin_1_semicolon_file_with_embedded_newlines_is_loaded_whole(tmp_path):
    path = tmp_path / "avis.csv"
    rows = [
        (f"Un très bon film n° {number},\nà voir; déjà un classique", "bon" if number % 2 else "mauvais")
        for number in range(30)
    ]
    with path.open("w", encoding="latin-1", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("avis", "classe"), *rows])

    dataset = load_dataset(DataOptions(str(path), text=("avis",), label="classe")).dataset

    assert {text for split in splits(dataset) for text in split.texts} == {text for text, _ in rows}


def test_loading_imports_nothing_heavy(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(40))
    program = (
        "import sys; from trials.data.load import load_dataset; from trials.data.options import DataOptions;"
        f"load_dataset(DataOptions({str(path)!r}));"
        "print([m for m in ('torch', 'transformers', 'pyarrow', 'tokenizers', 'pandas') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


def test_labels_that_differ_in_case_only_stop_the_search_or_are_merged(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(120, classes=("bad", "good", "Bad", "GOOD", "bad", "good")))
    options = DataOptions(str(path))

    with pytest.raises(DataError, match=r"'bad' and 'Bad'; 'good' and 'GOOD': labels.*--merge-labels.*similar-labels"):
        load_dataset(options)

    assert load_dataset(replace(options, merge_labels=True)).dataset.label_names == ("bad", "good")
    assert len(load_dataset(replace(options, allow=frozenset({"similar-labels"}))).dataset.label_names) == 4


def test_lists_of_labels_are_never_classes_whatever_is_allowed(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(60, classes=('["bad"]', '["good"]')))

    with pytest.raises(DataError, match=r"60 rows have a list.*--task multi-label.*--label COLUMN.0") as error:
        load_dataset(DataOptions(str(path), allow=frozenset({"joined-labels"})))
    assert "--allow" not in str(error.value)


def test_rows_of_an_unknown_split_stop_the_search_or_are_left_out(tmp_path):
    parts = ("train", "train", "train", "dev", "banana")
    rows = [(text, label, parts[number % 5]) for number, (text, label) in enumerate(examples(100))]
    options = DataOptions(str(write_csv(tmp_path / "all.csv", rows, header=("text", "label", "split"))))

    with pytest.raises(DataError, match=r"'banana' \(20 rows\)"):
        load_dataset(options)

    dataset = load_dataset(replace(options, allow=frozenset({"unknown-splits"}))).dataset
    assert sum(len(split) for split in splits(dataset)) == 80
    assert dataset.read.left_out == {"unknown-splits": 20}


def authors(count, per_author=5):
    return [(text, label, f"author {number // per_author}") for number, (text, label) in enumerate(examples(count))]


def test_a_group_is_in_one_split_and_in_the_fingerprint(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", authors(200), header=("text", "label", "author"))

    dataset = load_dataset(DataOptions(str(path), group="author")).dataset

    author_of = {text: author for text, _, author in authors(200)}
    sides = [{author_of[text] for text in split.texts} for split in splits(dataset)]
    assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
    assert [len(split) for split in splits(dataset)] == pytest.approx([140, 30, 30], abs=5)
    assert len(dataset.groups) == len(dataset.train) + len(dataset.validation)
    assert dataset.read.split_by == "by 'author', each value of which is on one side"
    other = load_dataset(DataOptions(str(path))).dataset
    assert other.groups is None and other.fingerprint != dataset.fingerprint


def test_a_group_on_both_sides_of_given_splits_leaves_the_training_side(tmp_path):
    rows = authors(100)
    write_csv(tmp_path / "train.csv", rows[:80], header=("text", "label", "author"))
    write_csv(tmp_path / "test.csv", [*rows[80:], ("one more", "good", "author 3")], header=("text", "label", "author"))

    loaded = load_dataset(DataOptions(str(tmp_path), group="author"))

    assert [finding.message for finding in loaded.findings if finding.code == "group-overlap"] == [
        "5 rows (train 5) whose 'author' is also in the validation or test split: left out."
    ]
    assert len(loaded.dataset.train) + len(loaded.dataset.validation) == 75


def test_time_trains_on_the_past_and_tests_on_the_future(tmp_path):
    days = [f"2024-{1 + number % 12:02}-{1 + number % 28:02}" for number in range(200)]
    rows = [(text, label, day) for (text, label), day in zip(examples(200), days, strict=True)]
    path = write_csv(tmp_path / "reviews.csv", rows, header=("text", "label", "date"))

    dataset = load_dataset(DataOptions(str(path), time="date")).dataset

    day_of = {text: day for text, _, day in rows}
    train, validation, test = ([day_of[text] for text in split.texts] for split in splits(dataset))
    assert max(train) < min(validation) and max(validation) < min(test)
    assert [len(part) for part in (train, validation, test)] == pytest.approx([140, 30, 30], abs=6)


def test_given_splits_that_do_not_follow_the_time_are_told(tmp_path):
    header = ("text", "label", "year")
    write_csv(tmp_path / "train.csv", [(t, k, str(2000 + n % 20)) for n, (t, k) in enumerate(examples(80))], header)
    write_csv(tmp_path / "test.csv", [(t, k, "2010") for t, k in examples(20, prefix="test ")], header)

    loaded = load_dataset(DataOptions(str(tmp_path), time="year"))

    assert any("40 of 80 rows of the train split are not earlier" in finding.message for finding in loaded.findings)


def test_near_duplicates_across_splits_are_told_and_leave_training_on_demand(tmp_path):
    long = " ".join(f"word{number}" for number in range(40))
    write_csv(tmp_path / "train.csv", [*examples(60), (f"{long} here", "good")])
    write_csv(tmp_path / "test.csv", [*examples(20, prefix="test "), (f"{long.title()}, there!", "good")])
    options = DataOptions(str(tmp_path))

    told = load_dataset(options)
    dropped = load_dataset(replace(options, drop_near_duplicates=True))

    assert "near-duplicates" in {finding.code for finding in told.findings}
    assert sum(len(s) for s in splits(told.dataset)) - sum(len(s) for s in splits(dropped.dataset)) == 1
    assert all(long not in text for text in dropped.dataset.train.texts)
