"""Converts points of one space to points of another."""

from collections.abc import Iterable, Mapping

from search_spaces import ALGORITHM, CHECKPOINT, SPACES, Choice, Dimension, Space, Value


def moved_into(space: Space, point: Mapping[str, Value]) -> dict[str, Value] | None:
    """Return `point` as a point of `space`, with values clipped to its ranges and defaults for missing parameters.

    If one of the two spaces is an algorithm of the other, the parameters are renamed. The result is None if `space`
    does not have the algorithm of the point.
    """
    dimensions, moved = space.dimensions(), dict[str, Value]()
    algorithm = point.get(ALGORITHM)
    if algorithm is not None and algorithm not in (space.name, *space.algorithms()) and space.name in SPACES:
        return None
    for name, value in _renamed(point, space).items():
        if name in dimensions and (near := _nearest(dimensions[name], value)) is not None:
            moved[name] = near
    return completed_in(space, moved)


def completed_in(space: Space, point: Mapping[str, Value]) -> dict[str, Value]:
    """Return `point` with defaults for missing parameters, and without parameters that its algorithm does not have.

    If it names no algorithm, the first one that has all its parameters is used.
    """
    kinds = [space.defaults(algorithm) for algorithm in space.algorithms()]
    if ALGORITHM in point:
        kinds = [defaults for defaults in kinds if defaults.get(ALGORITHM) == point[ALGORITHM]] or kinds
    defaults = next((defaults for defaults in kinds if point.keys() <= defaults.keys()), kinds[0])
    return {name: point.get(name, default) for name, default in defaults.items()}


def distinct(points: Iterable[dict[str, Value]]) -> list[dict[str, Value]]:
    """Return `points` without duplicates, in the order of first occurrence."""
    found: list[dict[str, Value]] = []
    for point in points:
        if point not in found:
            found.append(point)
    return found


def _renamed(point: Mapping[str, Value], space: Space) -> Mapping[str, Value]:
    """Return the point with the names of `space`, if one of the two spaces is an algorithm of the other."""
    algorithms = [algorithm for algorithm in space.algorithms() if algorithm is not None]
    if ALGORITHM in point and not algorithms:
        prefix = f"{point[ALGORITHM]}."
        return {name.removeprefix(prefix): value for name, value in point.items()}
    if ALGORITHM not in point:
        for algorithm in algorithms:
            named = {name if name == CHECKPOINT else f"{algorithm}.{name}": value for name, value in point.items()}
            if named.keys() <= space.defaults(algorithm).keys():
                return {ALGORITHM: algorithm, **named}
    return point


def _nearest(dimension: Dimension, value: Value) -> Value | None:
    """Return the value of `dimension` nearest to `value`; None if there is none."""
    if value in dimension:
        return value
    if isinstance(dimension, Choice) or isinstance(value, str | bool):
        return None
    return dimension.nearest(value)
