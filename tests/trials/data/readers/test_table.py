"""Typed cells as text."""

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
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
        (pd.NaT, None),
        (np.datetime64("NaT"), None),
        (np.datetime64("2024-01-31"), "2024-01-31"),
        (np.float32("nan"), None),
        (np.float32(2), "2"),
        (np.int64(3), "3"),
        (np.bool_(True), "true"),
        ({"a": Decimal(1)}, '{"a": "1"}'),
    ],
)
def test_a_typed_cell_is_the_text_that_other_formats_would_hold(value, text):
    assert cell(value) == text


def test_the_missing_value_of_pandas_is_a_missing_cell():
    assert cell(pd.NA) is None  # no parameter of the test above, as it has no truth value


def test_a_table_is_as_long_as_its_columns():
    assert len(Table(Path(), {"a": ["x", None], "b": ["y", "z"]})) == 2
    assert len(Table(Path(), {"a": []})) == len(Table(Path(), {})) == 0
