from pathlib import Path

import pytest

from trials.data.columns import Columns, find_columns, find_text_columns, looks_like_text
from trials.data.options import DataOptions
from trials.data.readers import Table
from trials.errors import DataError

LONG, SHORT = ["a rather long text about nothing at all", "another one that goes on"], ["x", "y"]


def table(**columns):
    return Table(Path("reviews.csv"), columns)


def found(columns, **options):
    return find_columns(columns, DataOptions("reviews.csv", **options))


@pytest.mark.parametrize(
    ("columns", "text", "label"),
    [
        ({"text": LONG, "label": SHORT}, "text", "label"),
        ({"Review": LONG, "Sentiment": SHORT}, "Review", "Sentiment"),
        ({"id": SHORT, "text": LONG, "title": LONG, "label": SHORT, "label_text": SHORT}, "text", "label"),
        ({"id": SHORT, "review": LONG, "mood": SHORT}, "review", "mood"),
        ({"words": LONG, "class": SHORT}, "words", "class"),
        ({"words": LONG, "mood": SHORT}, "words", "mood"),
        ({"mood": SHORT, "words": LONG}, "words", "mood"),
    ],
)
def test_columns_are_found_where_that_is_unambiguous(columns, text, label):
    assert found(table(**columns)) == Columns((text,), label)


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ({"title": LONG, "body": LONG, "label": SHORT}, "the text is"),
        ({"text": LONG, "topic": SHORT, "stars": SHORT}, "the label is"),
        ({"a": SHORT, "b": SHORT}, "the text and label is"),
        ({"a": LONG, "b": SHORT, "c": SHORT}, "the text and label is"),
    ],
)
def test_unclear_columns_are_asked_for_with_samples_and_flags(columns, missing):
    with pytest.raises(DataError, match=missing) as error:
        found(table(**columns))

    said = str(error.value)
    assert "--text NAME --label NAME" in said
    assert all(f"\n  {name}" in said and repr(cells[0]) in said for name, cells in columns.items())


def test_given_names_win_and_help_to_find_the_other():
    columns = table(title=LONG, body=LONG, label=SHORT, topic=SHORT)

    assert found(columns, text=("body",), label="topic") == Columns(("body",), "topic")
    assert found(columns, text=("label",)) == Columns(("label",), "topic")


def test_a_wrong_name_is_told_with_the_near_miss_and_the_columns():
    with pytest.raises(
        DataError, match=r"no column 'reveiw' \(given as the text\)\. Did you mean 'review'\?(.|\n)*mood"
    ):
        found(table(review=LONG, mood=SHORT), text=("reveiw",))


def test_one_column_cannot_be_both():
    with pytest.raises(DataError, match="must be two columns"):
        found(table(text=LONG, label=SHORT), text=("text",), label="text")


def test_several_text_columns_are_taken_in_the_given_order():
    columns = table(title=LONG, body=LONG, label=SHORT)

    assert found(columns, text=("body", "title")) == Columns(("body", "title"), "label")
    with pytest.raises(DataError, match="named once, not body, body"):
        found(columns, text=("body", "body"))


def test_fields_inside_json_cells_can_be_named():
    columns = table(data=['{"text": "a fine day"}', '{"text": "a bad day"}'], label=SHORT)

    assert found(columns, text=("data.text",)) == Columns(("data.text",), "label")
    with pytest.raises(DataError, match=r"no column 'data\.txt'"):
        found(columns, text=("data.txt",))


def test_a_split_column_is_found_when_some_cell_names_training():
    assert found(table(text=LONG, label=SHORT, Split=["train", "DEV"])).split == "Split"
    assert found(table(text=LONG, label=SHORT, split=["train", "banana"])).split == "split"
    assert found(table(text=LONG, label=SHORT, split=["banana", "cherry"])).split is None
    assert found(table(text=LONG, label=SHORT, fold=["train", "test"]), split="fold").split == "fold"


def test_group_and_time_are_neither_text_nor_label():
    columns = table(author=SHORT, words=LONG, mood=SHORT, year=["2020", "2021"])

    assert found(columns, group="author", time="year") == Columns(("words",), "mood", None, "author", "year")
    with pytest.raises(DataError, match=r"no column 'autor' \(given as the group\). Did you mean 'author'"):
        found(columns, group="autor")


def test_a_table_without_labels_gives_the_text_columns_that_it_has():
    columns = table(title=LONG, body=LONG, id=SHORT)

    assert find_text_columns(columns, ("title", "body")) == ("title", "body")
    assert find_text_columns(columns, ("title", "label")) == ("title",)
    with pytest.raises(DataError, match="which column holds the text is not clear"):
        find_text_columns(columns, ())


def test_a_column_of_different_sentences_looks_like_text():
    assert looks_like_text(LONG)
    assert not looks_like_text(SHORT)
    assert not looks_like_text(["one and the same sentence"] * 10)
