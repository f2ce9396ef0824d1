"""Stratified, seeded splits: the same rows and the same seed give the same splits."""

import numpy as np
from numpy.typing import NDArray

from trials.errors import DataError
from trials.tasks import LabelArray, task_of


def split_off(labels: LabelArray, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows in two, so that each class gives its share of rows.

    Args:
        labels: labels of the rows; each class has at least two rows.
        share: share of the second part, between 0 and 1.
        seed: seed of the choice, which also depends on the order of the rows.

    Returns:
        The row indices of the larger and of the smaller part, each in ascending order.
    """
    return task_of(labels).split_off(labels, share, seed)


def divide(labels: LabelArray, parts: int, seed: int) -> NDArray[np.int64]:
    """Return the part of each row, shape (n,), for parts of equal sizes and classes, as nearly as can be.

    Args:
        labels: labels of the rows.
        parts: number of parts.
        seed: seed of the choice, which also depends on the order of the rows.
    """
    return task_of(labels).divide(labels, parts, seed)


def check_shares(validation: float, test: float) -> None:
    """Check that two shares leave rows to train on.

    Args:
        validation: share of the validation split.
        test: share of the test split.

    Raises:
        DataError: a share is not between 0 and 1, or their sum is not below 1.
    """
    if not (0 < validation < 1 and 0 < test < 1 and validation + test < 1):
        raise DataError(
            "data.validation_share and data.test_share must be above 0 and below 1 together, "
            f"not {validation!r} and {test!r}."
        )
