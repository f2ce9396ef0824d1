"""The points that a new study begins with: the default, those that the user names, and the best of earlier studies."""

from collections.abc import Iterable, Mapping
from itertools import chain, zip_longest

from automl.errors import UsageError, unknown_name
from automl.experiment.schema import SearchSection
from automl.storage.studies import StudyStore
from automl.winner.choose import best_first
from search_spaces import Choice, Dimension, Space, Value

MOST_EARLIER = 8
"""Points of earlier studies, of all together: enough to hit what carries over, few enough to leave time for the new."""


def first_points(space: Space, search: SearchSection, store: StudyStore) -> list[dict[str, Value]]:
    """The points in their order, each once, no more than trials are wanted; what a point leaves out is at its default.

    Those of earlier studies come by turns, the best one of each first. What they had out of the range of `space` is
    moved into it.

    Raises:
        UsageError: a point has a parameter that `space` has not, or a value out of its range; or there is no such
            study, or none with a score. All of it is in the message.
    """
    dimensions, defaults = space.dimensions(), space.defaults()
    problems: list[str] = []
    named = [_named(space.name, dimensions, point, problems) for point in search.points]
    best = [_best(store, name, problems) for name in search.warm_start]
    if problems:
        raise UsageError("\n".join(problems))
    turns = (point for point in chain.from_iterable(zip_longest(*best)) if point is not None)
    earlier = [
        {name: moved for name, value in point.items() if (moved := _moved(dimensions.get(name), value)) is not None}
        for point in turns
    ]
    points = _distinct([defaults, *({**defaults, **point} for point in named)])
    most = len(points) + MOST_EARLIER
    points = _distinct([*points, *({**defaults, **point} for point in earlier)])
    return points[: most if search.trials is None else min(most, search.trials)]


def _best(store: StudyStore, name: str, problems: list[str]) -> list[Mapping[str, Value]]:
    if name not in store.names():
        none = f"there is no study {name!r} to start from, nor any other"
        problems.append(unknown_name("study to start from", name, store.names()) if store.names() else none)
        return []
    points = [trial.params for trial in best_first(store.record(name))[:MOST_EARLIER]]
    if not points:
        problems.append(f"the study {name!r} must have a score to start from, but none of its trials has one")
    return points


def _named(
    space: str, dimensions: Mapping[str, Dimension], point: Mapping[str, object], problems: list[str]
) -> dict[str, Value]:
    values = {}
    for name, told in point.items():
        if name not in dimensions:
            problems.append(unknown_name(f"parameter of the space {space!r}", name, dimensions))
        elif (value := _value(dimensions[name], told)) is None:
            problems.append(f"{name!r} of a point to try must lie within {dimensions[name]}, not at {told!r}")
        else:
            values[name] = value
    return values


def _value(dimension: Dimension, told: object) -> Value | None:
    """What `told` is in `dimension`, in its own type: YAML has 4 where an option is 4.0, and reads 2e-5 as text."""
    if isinstance(dimension, Choice):
        return next((option for option in dimension.options if told in Choice((option,), option)), None)
    try:
        number = float(told) if isinstance(told, str) else told
    except ValueError:
        return None
    return dimension.nearest(number) if isinstance(number, int | float) and number in dimension else None


def _moved(dimension: Dimension | None, value: Value) -> Value | None:
    """The value of `dimension` next to `value`; None where there is none."""
    if dimension is None or value in dimension:
        return value if dimension is not None else None
    if isinstance(dimension, Choice) or isinstance(value, str | bool):
        return None
    return dimension.nearest(value)


def _distinct(points: Iterable[dict[str, Value]]) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = []
    for point in points:
        if point not in found:
            found.append(point)
    return found
