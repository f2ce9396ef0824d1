"""Stratified, seeded splits of rows with one label each: the same rows and the same seed give the same splits."""

import numpy as np
from numpy.typing import NDArray


def split_off_classes(
    labels: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows in two, class by class.

    Every class gives `share` of its rows, rounded, but at least one, and keeps at least one.

    Args:
        labels: class ids, shape (n,); each class has at least two rows.
        share: share of the second part, between 0 and 1.
        seed: seed of the choice within a class, which also depends on the order of the rows.

    Returns:
        The row indices of the larger and of the smaller part, each in ascending order.
    """
    generator = np.random.default_rng(seed)
    taken = []
    for rows in by_class(labels):
        count = min(max(1, round(share * len(rows))), len(rows) - 1)
        taken.append(generator.permutation(rows)[:count])
    off = np.sort(np.concatenate(taken))
    kept = np.ones(len(labels), dtype=bool)
    kept[off] = False
    return np.flatnonzero(kept), off


def by_class(labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each class that occurs, by class id, each in ascending order.

    Args:
        labels: class ids, shape (n,).
    """
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order])) + 1
    return np.split(order, starts) if len(labels) else []


def divide_classes(labels: NDArray[np.int64], parts: int, seed: int) -> NDArray[np.int64]:
    """Divide rows into parts, class by class.

    The sizes of two parts differ by at most one row, in every class and in total. So some parts lack a class that has
    fewer rows than there are parts.

    Args:
        labels: class ids, shape (n,).
        parts: number of parts.
        seed: seed of the choice within a class, which also depends on the order of the rows.

    Returns:
        The part of each row, shape (n,).
    """
    generator = np.random.default_rng(seed)
    order = np.concatenate([generator.permutation(rows) for rows in by_class(labels)])
    numbers = np.empty(len(labels), dtype=np.int64)
    numbers[order] = np.arange(len(labels)) % parts
    return numbers
