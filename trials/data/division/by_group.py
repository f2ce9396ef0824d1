"""Stratified, seeded splits in which all rows of a group are on one side."""

import numpy as np
from numpy.typing import NDArray

from trials.errors import DataError


def split_off_groups(
    labels: NDArray[np.int64], groups: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows in two by whole groups, so that each class gives about `share` of its rows.

    Groups are drawn in random order, and one is taken if it brings the rows of the classes nearer to their aim.

    Args:
        labels: class ids, shape (n,).
        groups: group ids, shape (n,).
        share: share of the second part, between 0 and 1.
        seed: seed of the order of the groups.

    Returns:
        The row indices of the larger and of the smaller part, each in ascending order.

    Raises:
        DataError: there are fewer than two groups.
    """
    members = _members(groups)
    if len(members) < 2:
        raise DataError(f"Rows can be split by group from two groups on, but there are {len(members)}.")
    wanted = share * np.bincount(labels).astype(float)
    weights = 1 / np.maximum(wanted, 1)
    missing = wanted.copy()
    taken: list[int] = []
    for number in np.random.default_rng(seed).permutation(len(members)):
        classes, counts = np.unique(labels[members[number]], return_counts=True)
        before, after = missing[classes], missing[classes] - counts
        if ((after**2 - before**2) * weights[classes]).sum() < 0:
            missing[classes] = after
            taken.append(number)
    if not taken or len(taken) == len(members):  # every group is larger than the share: the smallest is taken
        taken = [int(np.argmin([len(rows) for rows in members]))]
    off = np.sort(np.concatenate([members[number] for number in taken]))
    return np.setdiff1d(np.arange(len(labels)), off), off


def divide_groups(labels: NDArray[np.int64], groups: NDArray[np.int64], parts: int, seed: int) -> NDArray[np.int64]:
    """Divide rows into parts by whole groups, with classes and sizes as equal as the groups allow.

    Large groups come first, each to the part that has fewest rows of its classes (as in scikit-learn's
    `StratifiedGroupKFold`).

    Args:
        labels: class ids, shape (n,).
        groups: group ids, shape (n,).
        parts: number of parts.
        seed: seed of the order of groups of equal size.

    Returns:
        The part of each row, shape (n,).

    Raises:
        DataError: there are fewer groups than parts.
    """
    members = _members(groups)
    if len(members) < parts:
        raise DataError(
            f"{parts} folds by group need at least {parts} groups, but there are {len(members)}. Use fewer folds."
        )
    order = np.random.default_rng(seed).permutation(len(members))
    order = order[np.argsort([-len(members[number]) for number in order], kind="stable")]
    rows_of = np.bincount(labels).astype(float)
    held = np.zeros((parts, len(rows_of)))
    sizes = np.zeros(parts)
    result = np.empty(len(labels), dtype=np.int64)
    for number in order:
        classes, counts = np.unique(labels[members[number]], return_counts=True)
        crowding = (held[:, classes] * counts / rows_of[classes]).sum(axis=1) + sizes / len(labels) / parts
        part = int(np.argmin(crowding))
        held[part, classes] += counts
        sizes[part] += counts.sum()
        result[members[number]] = part
    return result


def _members(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of each group."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1) if len(groups) else []
