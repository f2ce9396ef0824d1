"""Which of several vectors of losses are better, where none of their numbers decides alone.

Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Vector:
    """The value of each objective, so that less is better; and by how much the constraints are missed, 0 if not."""

    violation: float
    losses: tuple[float, ...]


Place: TypeAlias = tuple[bool, float, float]
"""Smaller is better: vectors that break a constraint come last, by how much; the others go by rank, then crowding."""


def ranks(losses: NDArray[np.float64], most: int | None = None) -> NDArray[np.int64]:
    """The rank of each row, shape (n,), from losses (n, objectives): 0 for those that no other row dominates.

    A row dominates another one that it is nowhere worse than, and somewhere better. Rank 1 is what nothing dominates
    once rank 0 is taken away, and so on. Equal rows have equal ranks. Once `most` rows have their ranks, those that
    are left all have the next one.
    """
    unique, inverse = np.unique(
        losses, axis=0, return_inverse=True
    )  # in order, so that no row dominates an earlier one
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
    """How far the neighbours of each row of one front are apart, shape (n,): infinite at the ends. Equal rows share it.

    The sum over the objectives, each divided by its range (section III-B of the paper).
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
    """The place of each vector among the others, exact for the best `most`."""
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
    """The places in `vectors` of those that keep all constraints and that no other such vector dominates."""
    return [index for index, (broken, rank, _) in enumerate(places(vectors, most=1)) if not broken and rank == 0]


def _front(ordered: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows no other one dominates; rows are unique and in lexicographic order, shape (n, objectives)."""
    on_front = np.zeros(len(ordered), dtype=bool)
    left = np.arange(len(ordered))
    while len(left):
        first, others = left[0], left[1:]  # nothing before it dominates it, nor can what comes after
        on_front[first] = True
        left = others[(ordered[others] < ordered[first]).any(axis=1)]
    return on_front
