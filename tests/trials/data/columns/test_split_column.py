"""Splits that the cells of a column name."""

import pytest

from trials.data.columns.split_column import is_split_column, splits_of


def test_words_and_numbers_name_splits():
    assert splits_of(["Train", "dev", "holdout", "", None]) == {
        "Train": "train",
        "dev": "validation",
        "holdout": "test",
        "": None,
        None: None,
    }
    assert splits_of(["0", "2", "1", "0"]) == {"0": "train", "1": "validation", "2": "test"}
    assert splits_of(["0", "1.0", ""]) == {"0": "train", "1.0": "validation", "": None}


def test_numbers_beside_others_name_no_splits():
    assert set(splits_of(["0", "1", "2", "3"]).values()) == {None}
    assert set(splits_of(["1", "2"]).values()) == {None}


@pytest.mark.parametrize(
    ("name", "cells", "is_split"),
    [
        ("Split", ["train", "banana"], True),
        ("partition", ["train", "test"], True),
        ("split", ["vanilla", "banana"], False),
        ("fold", ["train", "test"], False),
        ("subset", ["0", "1"], True),
    ],
)
def test_a_column_of_splits_has_a_known_name_and_training_rows(name, cells, is_split):
    assert is_split_column(name, cells) == is_split
