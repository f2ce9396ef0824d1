from dataclasses import replace

import pytest

from tests.trials.data.rows import examples, write_csv
from trials.data.options import DataOptions
from trials.data.sources import read_source, source_name
from trials.errors import DataError


def test_given_files_are_the_splits_they_are_given_for(tmp_path):
    train = write_csv(tmp_path / "a.csv", examples(4))
    validation = write_csv(tmp_path / "b.csv", [("b", "good")])
    test = write_csv(tmp_path / "c.csv", [("c", "bad")])

    rows = read_source(DataOptions(str(train), validation=validation, test=test)).rows

    assert [(split, len(part)) for split, part in rows.items()] == [("train", 4), ("validation", 1), ("test", 1)]
    assert (rows["validation"].texts, rows["test"].labels) == (["b"], ["bad"])


def test_a_split_column_divides_the_rows_whatever_the_case(tmp_path):
    rows = [("a", "x", "Train"), ("b", "y", "TEST "), ("c", "y", "val"), ("d", "x", "train")]
    path = write_csv(tmp_path / "all.csv", rows, header=("text", "label", "part"))

    given = read_source(DataOptions(str(path), split="part")).rows

    assert {split: part.texts for split, part in given.items()} == {
        "train": ["a", "d"],
        "test": ["b"],
        "validation": ["c"],
    }


def test_rows_of_a_value_that_names_no_split_are_in_none_and_counted(tmp_path):
    parts = ["train", "holdout", "", "banana", "banana"]
    rows = [(f"text {number}", "x", part) for number, part in enumerate(parts)]
    path = write_csv(tmp_path / "all.csv", rows, header=("text", "label", "split"))

    source = read_source(DataOptions(str(path)))

    assert {split: part.texts for split, part in source.rows.items()} == {"train": ["text 0"], "test": ["text 1"]}
    assert source.strange_splits == {"": 1, "banana": 2}
    assert source.split_values == {"train": ["train"], "test": ["holdout"]}


def test_a_split_column_without_training_rows_is_refused(tmp_path):
    path = write_csv(tmp_path / "all.csv", [("a", "x", "test"), ("b", "y", "dev")], header=("text", "label", "p"))

    with pytest.raises(DataError, match="must name training rows"):
        read_source(DataOptions(str(path), split="p"))


def test_a_split_column_may_hold_0_1_and_2(tmp_path):
    rows = [("a", "x", "0"), ("b", "y", "2"), ("c", "y", "1"), ("d", "x", "0")]
    path = write_csv(tmp_path / "all.csv", rows, header=("text", "label", "split"))

    rows = read_source(DataOptions(str(path))).rows

    assert {split: part.texts for split, part in rows.items()} == {
        "train": ["a", "d"],
        "test": ["b"],
        "validation": ["c"],
    }


def test_a_split_that_is_given_twice_is_refused(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("train", "test"):
        write_csv(folder / f"{name}.csv", [*examples(4)])
    other = write_csv(tmp_path / "other.csv", examples(2))

    with pytest.raises(DataError, match="test split must be given once"):
        read_source(DataOptions(str(folder), test=other))
    with pytest.raises(DataError, match="Leave out --split"):
        read_source(DataOptions(str(folder), text=("text",), label="label", split="label"))


def test_a_given_file_must_have_the_text_column_of_the_training_data(tmp_path):
    train = write_csv(tmp_path / "a.csv", examples(4), header=("review", "stars"))
    test = write_csv(tmp_path / "b.csv", examples(4), header=("reviews", "stars"))

    with pytest.raises(DataError, match=r"b\.csv must have .* no 'review'.*reviews, stars"):
        read_source(DataOptions(str(train), test=test))


def test_a_given_file_without_the_label_column_has_empty_labels(tmp_path):
    train = write_csv(tmp_path / "a.csv", examples(4), header=("review", "stars"))
    test = write_csv(tmp_path / "b.csv", examples(2), header=("review", "id"))

    assert read_source(DataOptions(str(train), test=test)).rows["test"].labels == ["", ""]


def test_several_text_columns_are_joined_with_their_names(tmp_path):
    rows = [("Lamp", "It is bright.", "good"), ("", "It broke.", "bad"), ("Sofa", "", "good")]
    path = write_csv(tmp_path / "a.csv", rows, header=("title", "body", "label"))

    read = read_source(DataOptions(str(path), text=("title", "body"))).rows["train"]

    assert read.texts == ["title: Lamp\nbody: It is bright.", "body: It broke.", "title: Sofa"]


def test_columns_beside_the_text_come_before_it_and_their_kind_is_that_of_the_training_rows(tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        [("It is bright.", "lamp", "12.50", "good"), ("It broke.", "", "3", "bad")],
        header=("text", "category", "price", "mood"),
    )
    options = DataOptions(str(path), label="mood", also=("category", "price"))

    found = read_source(options)

    assert found.rows["train"].texts == ["category: lamp | price: 12.5\nIt is bright.", "price: 3\nIt broke."]
    assert [type(column).__name__ for column in found.form.also] == ["CategoryColumn", "NumberColumn"]

    test = write_csv(tmp_path / "test.csv", [("Fine.", "lamp", "dear", "good")], ("text", "category", "price", "mood"))
    with pytest.raises(DataError, match=r"'price' holds numbers in the training rows.* not 'dear'"):
        read_source(replace(options, test=test))


@pytest.mark.parametrize(
    ("also", "message"),
    [
        (("prise",), r"no column 'prise' \(given as the also\).*'price'"),
        (("text",), r"\(--also\) must be none of the text, but 'text' is both"),
        (("mood",), r"\(--also\) must be none of the label, but 'mood' is both"),
        (("price", "price"), r"\(--also\) must be named once, not price, price"),
    ],
)
def test_a_column_beside_the_text_that_cannot_be_one_is_refused(tmp_path, also, message):
    path = write_csv(tmp_path / "a.csv", [("It broke.", "3", "bad")], header=("text", "price", "mood"))
    with pytest.raises(DataError, match=message):
        read_source(DataOptions(str(path), label="mood", text=("text",), also=also))


def test_groups_and_times_come_with_the_rows(tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        [("a", "x", " ann ", "2020-01-01"), ("b", "y", "", "")],
        header=("text", "label", "author", "date"),
    )

    read = read_source(DataOptions(str(path), group="author", time="date")).rows["train"]

    assert read.groups == ["ann", ""]
    assert read.times[0] == 1577836800
    assert read.take([0]).groups == ["ann"]


@pytest.mark.parametrize("row", ['"a", "label": "good\\ud83d"', '"b", "label": "\\udc00"'])
def test_half_a_surrogate_pair_in_a_label_is_refused(tmp_path, row):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "c", "label": "fine"}}\n{{"text": {row}}}\n')

    with pytest.raises(DataError, match=r"half of a surrogate pair") as error:
        read_source(DataOptions(str(path)))
    assert "row 2" in str(error.value)


def test_a_missing_file_is_told_with_the_near_miss_beside_it(tmp_path):
    train = write_csv(tmp_path / "reviews.csv", examples(4))

    with pytest.raises(DataError, match=r"Did you mean 'reviews\.csv'\?"):
        read_source(DataOptions(str(tmp_path / "review.csv")))
    with pytest.raises(DataError, match=r"Did you mean 'reviews\.csv'\?"):
        read_source(DataOptions(str(train), test=tmp_path / "rewiews.csv"))
    with pytest.raises(DataError, match="The folder does not exist either"):
        read_source(DataOptions(str(tmp_path / "nowhere" / "x.csv")))


def test_a_corpus_that_does_not_exist_is_told_with_the_near_miss():
    with pytest.raises(DataError, match=r"bbc-news, rotten-tomatoes, imdb.*Did you mean 'bbc-news'\?"):
        read_source(DataOptions("bbc_news"))


def test_a_file_of_an_unknown_kind_is_told_with_the_known_ones(tmp_path):
    path = tmp_path / "book.docx"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(DataError, match=r"\.csv, \.tsv.*not '\.docx'"):
        read_source(DataOptions(str(path)))


def test_a_data_set_is_named_for_its_corpus_file_or_folder(tmp_path):
    assert source_name("bbc-news") == "bbc-news"
    assert source_name(str(tmp_path / "reviews.csv")) == "reviews"
