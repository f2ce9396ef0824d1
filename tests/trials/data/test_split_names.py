"""Which split a name stands for."""

from pathlib import Path

import pytest

from trials.data.split_names import names_by_split, split_of
from trials.errors import DataError


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train", "train"),
        (" Training\n", "train"),
        ("VAL", "validation"),
        ("dev", "validation"),
        ("Test", "test"),
        ("tests", None),
        ("", None),
        (None, None),
    ],
)
def test_common_names_are_known_in_any_case_of_letters(name, split):
    assert split_of(name) == split


def test_each_split_has_the_one_name_that_stands_for_it():
    assert names_by_split(["Training", "unsupervised", "dev"], Path("d")) == {"train": "Training", "validation": "dev"}
    assert names_by_split([], Path("d")) == {}


def test_two_names_for_one_split_are_refused():
    with pytest.raises(DataError, match=r"reviews.*one validation split.*'val' and 'dev'"):
        names_by_split(["train", "val", "dev"], Path("reviews"))
