"""Stratified, seeded splits: the same rows and the same seed give the same splits."""

import numpy as np
from numpy.typing import NDArray

from trials.errors import DataError


def split_off(labels: NDArray[np.int64], share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divides rows in two, class by class.

    Every class gives `share` of its rows, rounded, but at least one, and keeps at least one.

    Args:
        labels: class ids, shape (n,); each class has at least two rows.
        share: the share of the second part, between 0 and 1.
        seed: what the choice within a class depends on, besides the order of the rows.

    Returns:
        The row numbers of the larger and of the split-off part, each in rising order.
    """
    generator = np.random.default_rng(seed)
    taken = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = min(max(1, round(share * len(rows))), len(rows) - 1)
        taken.append(generator.permutation(rows)[:count])
    off = np.sort(np.concatenate(taken))
    return np.setdiff1d(np.arange(len(labels)), off), off


def divide(labels: NDArray[np.int64], parts: int, seed: int) -> NDArray[np.int64]:
    """Divides rows into parts, class by class; the number of each row's part, shape (n,).

    Of every class, and of all rows together, no part has more than one row more than another. So a class with fewer
    rows than parts is missing in some of them.

    Args:
        labels: class ids, shape (n,).
        parts: how many.
        seed: what the choice within a class depends on, besides the order of the rows.
    """
    generator = np.random.default_rng(seed)
    order = np.concatenate([generator.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)])
    numbers = np.empty(len(labels), dtype=np.int64)
    numbers[order] = np.arange(len(labels)) % parts
    return numbers


def check_shares(validation: float, test: float) -> None:
    """Checks that two shares leave rows to train on.

    Raises:
        DataError: a share is not between 0 and 1, or their sum is not below 1.
    """
    if not (0 < validation < 1 and 0 < test < 1 and validation + test < 1):
        raise DataError(
            "data.validation_share and data.test_share must be above 0 and below 1 together, "
            f"not {validation!r} and {test!r}."
        )
