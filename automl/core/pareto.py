"""Order of vectors of losses by Pareto dominance: non-dominated sorting and crowding distance.

Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Vector:
    """The losses and the constraint violation of one trial.

    Attributes:
        violation: sum of the constraint violations; 0 if all constraints are satisfied.
        losses: the value of each objective, smaller is better.
    """

    violation: float
    losses: tuple[float, ...]


Place: TypeAlias = tuple[bool, float, float]
"""Sort key, smaller is better: `(True, violation, 0)` for infeasible vectors, otherwise `(False, rank, -crowding)`."""


def ranks(losses: NDArray[np.float64], most: int | None = None) -> NDArray[np.int64]:
    """Return the non-domination rank of each row, shape (n,); 0 for rows that no other row dominates.

    A row dominates another if it is worse in no column and better in at least one. Rank 1 are the rows that nothing
    dominates after rank 0 is removed, and so on. Equal rows have equal ranks.

    Args:
        losses: shape (n, objectives), smaller is better.
        most: after this number of rows have ranks, all remaining rows get the next rank; None: all ranks are exact.
    """
    unique, inverse = np.unique(
        losses, axis=0, return_inverse=True
    )  # in lexicographic order, so that no row dominates an earlier one
    counts = np.bincount(inverse.reshape(-1), minlength=len(unique))
    found = np.zeros(len(unique), dtype=np.int64)
    left, rank, ranked = np.arange(len(unique)), 0, 0
    while len(left) and (most is None or ranked < most):
        on_front = _front(unique[left])
        found[left[on_front]] = rank
        ranked += int(counts[left[on_front]].sum())
        left, rank = left[~on_front], rank + 1
    found[left] = rank
    placed: NDArray[np.int64] = found[inverse.reshape(-1)]
    return placed


def crowding(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crowding distance of each row of one front, shape (n,): infinite at the ends, equal for equal rows.

    It is the sum over the objectives of the distance between the two neighbours, divided by the range (section III-B
    of the paper).
    """
    unique, inverse = np.unique(losses, axis=0, return_inverse=True)
    distances = np.zeros(len(unique))
    for column in unique.T:
        order = np.argsort(column, kind="stable")
        distances[order[[0, -1]]] = np.inf
        width = column[order[-1]] - column[order[0]]
        if np.isfinite(width) and width > 0:
            distances[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / width
    shared: NDArray[np.float64] = distances[inverse.reshape(-1)]
    return shared


def places(vectors: Sequence[Vector], most: int | None = None) -> list[Place]:
    """Return the place of each vector among the others.

    Args:
        vectors: losses and violations of the trials.
        most: the number of best vectors whose places must be exact; None: all.
    """
    found: list[Place] = [(True, vector.violation, 0.0) for vector in vectors]
    kept = [index for index, vector in enumerate(vectors) if vector.violation <= 0]
    if not kept:
        return found
    losses = np.array([vectors[index].losses for index in kept], dtype=np.float64)
    rank = ranks(losses, most)
    apart = np.zeros(len(kept))
    for each in range(int(rank.max()) + 1):
        apart[rank == each] = crowding(losses[rank == each])
    for index, own, distance in zip(kept, rank, apart, strict=True):
        found[index] = False, float(own), -float(distance)
    return found


def front(vectors: Sequence[Vector]) -> list[int]:
    """Return the indices in `vectors` of the Pareto front of those that satisfy all constraints."""
    return [index for index, (broken, rank, _) in enumerate(places(vectors, most=1)) if not broken and rank == 0]


def _front(ordered: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return a mask of the rows that no other dominates. Rows are unique and sorted, shape (n, objectives)."""
    on_front = np.zeros(len(ordered), dtype=bool)
    left = np.arange(len(ordered))
    while len(left):
        first, others = left[0], left[1:]  # no row before or after it dominates it
        on_front[first] = True
        left = others[(ordered[others] < ordered[first]).any(axis=1)]
    return on_front
