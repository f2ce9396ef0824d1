"""Perturbs the parameters of a trial whose training another trial continues."""

import random
from collections.abc import Mapping

from search_spaces import Choice, Dimension, Draw, FloatRange, IntRange, Space, Value, shape_of

RESAMPLED = 0.25
"""Probability that a parameter is resampled instead of perturbed."""

FACTORS = (0.8, 1.2)
"""Factors of a perturbed parameter with a logarithmic range, down and up."""

SHARE = 0.2
"""Shift of other parameters, as a share of the range. A factor would keep 0 at 0, and move a beta out of its range."""


def explore(space: Space, values: Mapping[str, Value], seed: str) -> dict[str, Value]:
    """Return a point with changes of all parameters that do not affect the shape of the model.

    The method is from Jaderberg et al., "Population Based Training of Neural Networks", 2017, section 3 and appendix
    A.1. Shapes are compared on the points that `space` makes, so a user's own space may use any parameter names.

    Args:
        space: the space.
        values: the point, by parameter.
        seed: seed of the changes; equal seeds give equal changes.
    """
    generator = random.Random(seed)  # nosec B311
    dimensions = space.dimensions()
    found = dict(values)
    for name, value in values.items():
        if name in dimensions:
            changed = {**found, name: _changed(dimensions[name], value, generator)}
            found = changed if _has_same_shape(space, changed, found) else found
    return found


def _has_same_shape(space: Space, changed: Mapping[str, Value], values: Mapping[str, Value]) -> bool:
    try:
        return shape_of(space.replay(changed)) == shape_of(space.replay(values))
    except Exception:  # a user's own space may raise anything for a point that it did not produce
        return False


def _changed(dimension: Dimension, value: Value, generator: random.Random) -> Value:
    if generator.random() < RESAMPLED:
        return Draw(generator).value("", dimension)
    is_up = generator.random() < 0.5
    match dimension:
        case FloatRange(low, high, _, log):
            return dimension.nearest(_moved(float(value), low, high, is_up=is_up, log=log))
        case IntRange(low, high, _, log, step):
            moved = dimension.nearest(_moved(float(value), low, high, is_up=is_up, log=log))
            return moved if moved != value else dimension.nearest(int(value) + (step if is_up else -step))
        case Choice(options):
            return _neighbour(options, value, is_up=is_up)


def _moved(value: float, low: float, high: float, *, is_up: bool, log: bool) -> float:
    if log:
        return value * FACTORS[is_up]
    return value + (SHARE if is_up else -SHARE) * (high - low)


def _neighbour(options: tuple[Value, ...], value: Value, *, is_up: bool) -> Value:
    """Return the next number among numeric options; other options have no order, and are only resampled."""
    numbers = sorted(option for option in options if isinstance(option, int | float) and not isinstance(option, bool))
    if len(numbers) < len(options) or value not in numbers:
        return value
    index = numbers.index(value) + (1 if is_up else -1)
    return numbers[min(max(index, 0), len(numbers) - 1)]
