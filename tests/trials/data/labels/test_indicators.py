"""Columns of 0 and 1."""

import pytest

from trials.data.labels import NAME_SETS, from_indicators
from trials.errors import DataError


def test_a_row_has_the_labels_whose_column_holds_1() -> None:
    found = from_indicators({"toxic": ["1", "0", "true"], "spam": ["1", "0.0", "no"]}, "data.csv")
    assert [NAME_SETS.names(label) for label in found] == [["spam", "toxic"], [], ["toxic"]]


@pytest.mark.parametrize("cell", [None, "", "2", "maybe"])
def test_another_cell_is_named(cell: str | None) -> None:
    with pytest.raises(DataError, match=r"'spam' of data.csv holds .* in row 2"):
        from_indicators({"toxic": ["1", "0"], "spam": ["1", cell]}, "data.csv")
