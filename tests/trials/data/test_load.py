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


def test_a_test_split_without_any_label_counts_as_not_given(tmp_path):
    write_csv(tmp_path / "train.csv", examples(100))
    write_csv(tmp_path / "test.csv", [(text, "") for text, _ in examples(10, prefix="given ")])

    loaded = load_dataset(DataOptions(str(tmp_path)))

    assert [finding.code for finding in loaded.findings] == ["missing-labels"]
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

    dataset = load_dataset(DataOptions(str(path), text="avis", label="classe")).dataset

    assert {text for split in splits(dataset) for text in split.texts} == {text for text, _ in rows}


def test_loading_imports_nothing_heavy(tmp_path):
    path = write_csv(tmp_path / "reviews.csv", examples(40))
    program = (
        "import sys; from trials.data.load import load_dataset; from trials.data.options import DataOptions;"
        f"load_dataset(DataOptions({str(path)!r}));"
        "print([m for m in ('torch', 'transformers', 'pyarrow', 'tokenizers', 'pandas') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"
