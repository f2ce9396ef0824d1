from pathlib import Path

import pytest

from trials.data.columns import Columns, find_columns
from trials.data.readers import Table
from trials.errors import DataError

LONG, SHORT = ["a rather long text about nothing at all", "another one that goes on"], ["x", "y"]


def table(**columns):
    return Table(Path("reviews.csv"), columns)


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
    assert find_columns(table(**columns), None, None, None) == Columns(text, label, None)


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
        find_columns(table(**columns), None, None, None)

    said = str(error.value)
    assert "--text NAME --label NAME" in said
    assert all(f"\n  {name}" in said and repr(cells[0]) in said for name, cells in columns.items())


def test_given_names_win_and_help_to_find_the_other():
    columns = table(title=LONG, body=LONG, label=SHORT, topic=SHORT)

    assert find_columns(columns, "body", "topic", None) == Columns("body", "topic", None)
    assert find_columns(columns, "label", None, None) == Columns("label", "topic", None)


def test_a_wrong_name_is_told_with_the_near_miss_and_the_columns():
    with pytest.raises(
        DataError, match=r"no column 'reveiw' \(given as the text\)\. Did you mean 'review'\?(.|\n)*mood"
    ):
        find_columns(table(review=LONG, mood=SHORT), "reveiw", None, None)


def test_one_column_cannot_be_both():
    with pytest.raises(DataError, match="must be two columns"):
        find_columns(table(text=LONG, label=SHORT), "text", "text", None)


def test_a_split_column_is_found_when_all_its_cells_name_splits():
    assert find_columns(table(text=LONG, label=SHORT, Split=["train", "DEV"]), None, None, None).split == "Split"
    assert find_columns(table(text=LONG, label=SHORT, split=["train", "banana"]), None, None, None).split is None
    assert find_columns(table(text=LONG, label=SHORT, fold=["train", "test"]), None, None, "fold").split == "fold"
