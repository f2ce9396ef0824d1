"""A space as a grid: a few values of each parameter, and every combination of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.space import ALGORITHM, Space

MOST_VALUES = 5
"""Values that stand for a range. A tuning by hand seldom has more, and each one more multiplies the grid."""

MOST_POINTS = 10_000
"""More than any search gets through."""

DIGITS = 6
"""That matter in a real number between the ends of its range."""


@dataclass(frozen=True)
class Grid:
    """Every combination of the `values` of each parameter."""

    values: Mapping[str, tuple[Value, ...]]

    @property
    def size(self) -> int:
        """How many points it has."""
        return math.prod(map(len, self.values.values()))

    def point(self, place: int) -> dict[str, Value]:
        """The point at `place`, from 0 to `size - 1`; the last parameter changes first."""
        point: dict[str, Value] = {}
        for name, values in reversed(list(self.values.items())):
            place, index = divmod(place, len(values))
            point[name] = values[index]
        return point


def grids_of(space: Space) -> list[Grid]:
    """The grid of each of the space's algorithms; one grid where it does not choose among several."""
    dimensions = space.dimensions()
    grids = []
    for algorithm in space.algorithms():
        values = {name: grid_values(dimensions[name]) for name in space.defaults(algorithm)}
        if algorithm is not None:
            values[ALGORITHM] = (algorithm,)
        grids.append(Grid(values))
    return grids


def grid_values(dimension: Dimension) -> tuple[Value, ...]:
    """The values that stand for a dimension, its default always among them.

    All options of a choice and all whole numbers, where they are few; else both ends of the range and what lies evenly
    between them, over the exponent where the dimension is `log`. The default takes the place of the nearest one.
    """
    match dimension:
        case Choice(options):
            return options
        case IntRange(low, high, _, _, step) if (high - low) // step < MOST_VALUES:
            return tuple(range(low, high + 1, step))
        case IntRange() | FloatRange():
            return _spread(dimension)


def _spread(dimension: IntRange | FloatRange) -> tuple[Value, ...]:
    low, high = dimension.extremes()
    shares = [index / (MOST_VALUES - 1) for index in range(MOST_VALUES)]
    if dimension.log:
        evenly = [low * (high / low) ** share for share in shares]
    else:
        evenly = [low + (high - low) * share for share in shares]
    values = [dimension.nearest(float(f"{value:.{DIGITS}g}")) for value in evenly]
    values[0], values[-1] = low, high
    nearest = min(range(len(values)), key=lambda place: _distance(values[place], dimension))
    values[nearest] = dimension.default
    return tuple(dict.fromkeys(values))


def _distance(value: float, dimension: IntRange | FloatRange) -> float:
    return abs(math.log(value / dimension.default)) if dimension.log else abs(value - dimension.default)
