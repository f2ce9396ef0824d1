"""Which split a name stands for."""

from pathlib import Path

import pytest

from trials.data.split_names import names_by_split, split_in, split_of
from trials.errors import DataError


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train", "train"),
        (" Training\n", "train"),
        ("VAL", "validation"),
        ("dev", "validation"),
        ("Test", "test"),
        ("testing", "test"),
        ("hold-out", "test"),
        ("holdout", "test"),
        ("eval", "validation"),
        ("train_set", "train"),
        ("tests", None),
        ("", None),
        (None, None),
    ],
)
def test_common_names_are_known_in_any_case_of_letters(name, split):
    assert split_of(name) == split


@pytest.mark.parametrize(
    ("stem", "split"),
    [
        ("train", "train"),
        ("reviews_train", "train"),
        ("twitter-training", "train"),
        ("test.v2", "test"),
        ("train_dev_test", None),
        ("training_day_reviews", "train"),
        ("contest", None),
    ],
)
def test_a_word_of_a_file_name_may_name_its_split(stem, split):
    assert split_in(stem) == split


def test_each_split_has_the_one_name_that_stands_for_it():
    assert names_by_split(["Training", "unsupervised", "dev"], Path("d")) == {"train": "Training", "validation": "dev"}
    assert names_by_split([], Path("d")) == {}


def test_two_names_for_one_split_are_refused():
    with pytest.raises(DataError, match=r"reviews.*one validation split.*'val' and 'dev'"):
        names_by_split(["train", "val", "dev"], Path("reviews"))
