"""Splits by time."""

import numpy as np
import pytest

from trials.data.division.by_time import split_off_latest
from trials.errors import DataError


def test_the_latest_rows_are_split_off():
    times = np.array([3.0, 1.0, 5.0, 2.0, 4.0])

    kept, off = split_off_latest(times, 0.4)

    assert (kept.tolist(), off.tolist()) == ([0, 1, 3], [2, 4])


def test_rows_of_one_time_stay_together():
    times = np.array([1.0] * 5 + [2.0] * 4 + [3.0])

    assert len(split_off_latest(times, 0.2)[1]) == 1
    assert len(split_off_latest(times, 0.4)[1]) == 5


def test_one_time_cannot_be_split():
    with pytest.raises(DataError, match="all have the same"):
        split_off_latest(np.ones(4), 0.5)
