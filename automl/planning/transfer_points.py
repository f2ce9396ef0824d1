"""Points of one space in another: what carries over, and where it lies there."""

from collections.abc import Iterable, Mapping

from search_spaces import ALGORITHM, CHECKPOINT, SPACES, Choice, Dimension, Space, Value


def moved_into(space: Space, point: Mapping[str, Value]) -> dict[str, Value] | None:
    """`point` as a point of `space`: values out of range at its ends, and the defaults of what is missing.

    A point of a space that is one algorithm of another one is taken for one of that algorithm, and the reverse. None if
    it is one of an algorithm that `space` has not.
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
    """`point` with the defaults of what it leaves out, and without what its algorithm has not.

    Where it does not say which algorithm, it is the first that has all its parameters.
    """
    kinds = [space.defaults(algorithm) for algorithm in space.algorithms()]
    if ALGORITHM in point:
        kinds = [defaults for defaults in kinds if defaults.get(ALGORITHM) == point[ALGORITHM]] or kinds
    defaults = next((defaults for defaults in kinds if point.keys() <= defaults.keys()), kinds[0])
    return {name: point.get(name, default) for name, default in defaults.items()}


def distinct(points: Iterable[dict[str, Value]]) -> list[dict[str, Value]]:
    """Each point once, where it comes first."""
    found: list[dict[str, Value]] = []
    for point in points:
        if point not in found:
            found.append(point)
    return found


def _renamed(point: Mapping[str, Value], space: Space) -> Mapping[str, Value]:
    """The point under the names of `space`, where one of the two spaces is an algorithm of the other."""
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
    """The value of `dimension` next to `value`; None where there is none."""
    if value in dimension:
        return value
    if isinstance(dimension, Choice) or isinstance(value, str | bool):
        return None
    return dimension.nearest(value)
