"""A space as a grid: a few values of each parameter, and every combination of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.space import ALGORITHM, Space

MOST_VALUES = 5
"""Values that represent a range. Manual tuning rarely uses more, and each further value multiplies the grid."""

MOST_POINTS = 10_000
"""Largest grid; no search evaluates more points."""

DIGITS = 6
"""Significant digits of a real number between the ends of its range."""


@dataclass(frozen=True)
class Grid:
    """Every combination of the `values` of each parameter."""

    values: Mapping[str, tuple[Value, ...]]

    @property
    def size(self) -> int:
        """Number of points."""
        return math.prod(map(len, self.values.values()))

    def point(self, index: int) -> dict[str, Value]:
        """Return the point with the index `index`, from 0 to `size - 1`; the last parameter changes first."""
        point: dict[str, Value] = {}
        for name, values in reversed(list(self.values.items())):
            index, position = divmod(index, len(values))
            point[name] = values[position]
        return point


def grids_of(space: Space) -> list[Grid]:
    """Return the grid of each algorithm of `space`; one grid if the space has no such choice."""
    dimensions = space.dimensions()
    grids = []
    for algorithm in space.algorithms():
        values = {name: grid_values(dimensions[name]) for name in space.defaults(algorithm)}
        if algorithm is not None:
            values[ALGORITHM] = (algorithm,)
        grids.append(Grid(values))
    return grids


def grid_values(dimension: Dimension) -> tuple[Value, ...]:
    """Return the values that represent `dimension`; its default is always one of them.

    These are all options of a choice, and all numbers of a short integer range. For any other range, they are both ends
    and evenly spaced values between them (in the logarithm if `log`); the default replaces the nearest of these.
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
    nearest = min(range(len(values)), key=lambda index: _distance(values[index], dimension))
    values[nearest] = dimension.default
    return tuple(dict.fromkeys(values))


def _distance(value: float, dimension: IntRange | FloatRange) -> float:
    return abs(math.log(value / dimension.default)) if dimension.log else abs(value - dimension.default)
