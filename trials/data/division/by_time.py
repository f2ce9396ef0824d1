"""Splits in which the held-out rows are later than the others."""

import numpy as np
from numpy.typing import NDArray

from trials.errors import DataError


def split_off_latest(times: NDArray[np.float64], share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows in two: the second part is later than the first, and rows of one time stay together.

    Args:
        times: a number for each row that grows with its time, shape (n,).
        share: share of the second part, between 0 and 1; met as nearly as equal times allow.

    Returns:
        The row indices of the earlier and of the later part, each in ascending order.

    Raises:
        DataError: all rows have the same time.
    """
    ordered = np.sort(times)
    borders = np.flatnonzero(np.diff(ordered)) + 1  # sizes that the earlier part may have
    if not len(borders):
        raise DataError("Rows can be split by time if they have different times, but all have the same.")
    size = borders[np.argmin(np.abs(borders - (1 - share) * len(times)))]
    is_late = times >= ordered[size]
    return np.flatnonzero(~is_late), np.flatnonzero(is_late)
