"""Typed cells as text."""

import math
from decimal import Decimal
from pathlib import Path

import pytest

from trials.data.readers.table import Table, cell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (" a ", " a "),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.0, "1"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        (0.5, "0.5"),
        (math.nan, None),
        (math.inf, "inf"),
        (Decimal("1.50"), "1.50"),
        (["ä", 1], '["ä", 1]'),
        ({"a": Decimal(1)}, '{"a": "1"}'),
    ],
)
def test_a_typed_cell_is_the_text_that_other_formats_would_hold(value, text):
    assert cell(value) == text


def test_a_table_is_as_long_as_its_columns():
    assert len(Table(Path(), {"a": ["x", None], "b": ["y", "z"]})) == 2
    assert len(Table(Path(), {"a": []})) == len(Table(Path(), {})) == 0
