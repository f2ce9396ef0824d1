"""Stratified, seeded splits of rows that may have several labels.

Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD 2011: the label with the fewest
rows left is dealt out first, each of its rows to the part that lacks it most.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trials.tasks.label_sets import LabelMatrix


def deal_out(labels: LabelMatrix, shares: Sequence[float], seed: int) -> NDArray[np.int64]:
    """Divide rows into parts in which each label has its share of rows, as nearly as can be.

    Args:
        labels: whether each row has each label, shape (n, labels).
        shares: share of each part; they sum to 1.
        seed: seed of the order of the rows, and of ties.

    Returns:
        The part of each row, shape (n,).
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(labels))
    weights = np.asarray(shares, dtype=np.float64)
    wanted = weights[:, None] * labels.sum(axis=0)
    room = weights * len(labels)
    parts = np.full(len(labels), -1, dtype=np.int64)
    left = labels.sum(axis=0).astype(np.int64)
    while left.any():
        rarest = int(np.argmin(np.where(left > 0, left, np.iinfo(np.int64).max)))
        for row in order[labels[order, rarest] & (parts[order] < 0)]:
            part = _neediest(wanted[:, rarest], room, generator)
            parts[row] = part
            wanted[part, labels[row]] -= 1
            room[part] -= 1
            left[labels[row]] -= 1
    for row in order[parts[order] < 0]:  # rows without labels
        part = _neediest(room, room, generator)
        parts[row] = part
        room[part] -= 1
    return parts


def split_off_sets(labels: LabelMatrix, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide rows in two. Each label that at least two rows have is in the larger part, and if it can in the other.

    Args:
        labels: whether each row has each label, shape (n, labels).
        share: share of the second part, between 0 and 1.
        seed: seed of the choice, which also depends on the order of the rows.

    Returns:
        The row indices of the larger and of the smaller part, each in ascending order.
    """
    parts = deal_out(labels, (1.0 - share, share), seed)
    held = np.stack([labels[parts == part].sum(axis=0) for part in (0, 1)])
    for part in (1, 0):  # the larger part comes last, as it matters most
        for label in np.flatnonzero(labels.sum(axis=0) >= 2):
            if held[part, label] == 0:
                row = _spared(labels, held[1 - part], np.flatnonzero(labels[:, label]))
                parts[row] = part
                held[1 - part] -= labels[row]
                held[part] += labels[row]
    return np.flatnonzero(parts == 0), np.flatnonzero(parts == 1)


def with_each_label(labels: LabelMatrix, rows: NDArray[np.int64], least: int) -> NDArray[np.int64]:
    """Return some rows, and after them the first others of each label that fewer than `least` of them have.

    Args:
        labels: whether each row has each label, shape (n, labels).
        rows: indices of the rows.
        least: number of rows of each label; all of a label that has fewer.
    """
    is_in = np.zeros(len(labels), dtype=bool)
    is_in[rows] = True
    held, added = labels[rows].sum(axis=0), list[int]()
    for label in np.flatnonzero(held < np.minimum(least, labels.sum(axis=0))):
        others = np.flatnonzero(labels[:, label] & ~is_in)
        for row in others[: max(0, least - held[label])]:
            is_in[row] = True
            held += labels[row]
            added.append(int(row))
    return np.append(rows, np.array(added, dtype=np.int64))


def _neediest(needs: NDArray[np.float64], room: NDArray[np.float64], generator: np.random.Generator) -> int:
    """Return the part with the greatest need, of equal ones that with the most room, of equal ones any."""
    best = np.flatnonzero(needs == needs.max())
    if len(best) > 1:
        best = best[room[best] == room[best].max()]
    return int(best[0] if len(best) == 1 else generator.choice(best))


def _spared(labels: LabelMatrix, held: NDArray[np.int64], rows: NDArray[np.int64]) -> int:
    """Return the one of `rows`, all of one part, whose labels that part, with `held` rows of each, can spare best."""
    spare = [int(held[labels[row]].min()) for row in rows]
    return int(rows[int(np.argmax(spare))])
