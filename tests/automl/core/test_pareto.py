"""Non-dominated sorting and crowding, against what they are by definition."""

import numpy as np
import pytest

from automl.core.pareto import Vector, crowding, front, places, ranks


def dominates(one, other) -> bool:
    return bool((one <= other).all() and (one < other).any())


def by_definition(losses) -> list[int]:
    left, found, rank = set(range(len(losses))), {}, 0
    while left:
        best = {row for row in left if not any(dominates(losses[other], losses[row]) for other in left)}
        found |= dict.fromkeys(best, rank)
        left, rank = left - best, rank + 1
    return [found[row] for row in range(len(losses))]


@pytest.mark.parametrize("objectives", [1, 2, 3])
@pytest.mark.parametrize("values", [4, 1000])
def test_ranks_are_what_the_definition_says(objectives, values):
    """Also with many equal numbers, and equal rows."""
    losses = np.random.default_rng(objectives).integers(0, values, (60, objectives)).astype(float)
    expected = by_definition(losses)
    assert ranks(losses).tolist() == expected
    some = ranks(losses, most=10)
    last = sorted(expected)[9]
    assert [rank for rank in some if rank <= last] == [rank for rank in expected if rank <= last]
    assert all(mine > last for mine, theirs in zip(some, expected, strict=True) if theirs > last)


def test_crowding_is_the_distance_of_the_neighbours_and_equal_rows_share_it():
    losses = np.array([[0.0, 10.0], [1.0, 6.0], [1.0, 6.0], [3.0, 5.0], [10.0, 0.0]])
    assert crowding(losses).tolist() == pytest.approx([np.inf, 0.3 + 0.5, 0.3 + 0.5, 0.9 + 0.6, np.inf])
    assert crowding(np.array([[1.0, 2.0]])).tolist() == [np.inf]


def test_what_breaks_a_constraint_comes_last_by_how_much():
    vectors = [Vector(0.2, (0.0, 0.0)), Vector(0.0, (5.0, 5.0)), Vector(0.1, (9.0, 9.0)), Vector(0.0, (4.0, 4.0))]
    order = sorted(range(4), key=places(vectors).__getitem__)
    assert order == [3, 1, 2, 0]
    assert front(vectors) == [3]
    assert front(vectors[:1]) == []
