"""The points that a new study begins with: the default, those that the user names, and the best of earlier studies."""

import math
from collections.abc import Mapping
from itertools import chain, zip_longest
from types import MappingProxyType

from automl.errors import UsageError, unknown_name
from automl.experiment.schema import SearchSection
from automl.experiment.values import told_value
from automl.moving import completed_in, distinct, moved_into
from automl.storage.studies import StudyStore
from automl.winner.choose import best_first
from search_spaces import ALGORITHM, LATER, PRETRAINED, Space, Value

MOST_EARLIER = 8
"""Points of earlier studies, of all together: enough to hit what carries over, few enough to leave time for the new."""


def first_points(
    space: Space, search: SearchSection, store: StudyStore, seconds: Mapping[Value, float] = MappingProxyType({})
) -> list[dict[str, Value]]:
    """The points in their order, each once, no more than trials are wanted; what a point leaves out is at its default.

    After the default come those of other algorithms; `LATER` ones are left out where other pretrained ones are, because
    they are dear, and seldom the best, and so is one that is expected to take more `seconds` than the search has. Then
    come the points that are named. Those of earlier studies come last, by turns, the best one of each first. What they
    had out of the range of `space` is moved into it.

    Raises:
        UsageError: a point has a parameter that `space` has not, or a value out of its range; or there is no such
            study, or none with a score. All of it is in the message.
    """
    problems: list[str] = []
    named = [_named(space, point, problems) for point in search.points]
    best = [_best(space, store, name, problems) for name in search.warm_start]
    if problems:
        raise UsageError("\n".join(problems))
    turns = (point for point in chain.from_iterable(zip_longest(*best)) if point is not None)
    first, *others = _first_algorithms(space)
    affordable = [other for other in others if seconds.get(str(other), 0.0) <= (search.time_budget or math.inf)]
    defaults = [space.defaults(algorithm) for algorithm in (first, *affordable)]
    points = distinct([*defaults, *named])
    most = len(points) + MOST_EARLIER
    points = distinct([*points, *turns])
    return points[: most if search.trials is None else min(most, search.trials)]


def _first_algorithms(space: Space) -> list[Value | None]:
    default, *others = space.algorithms()
    if not {default, *others} & (set(PRETRAINED) - set(LATER)):
        return [default, *others]
    return [default, *(algorithm for algorithm in others if algorithm not in LATER)]


def _best(space: Space, store: StudyStore, name: str, problems: list[str]) -> list[dict[str, Value]]:
    if name not in store.names():
        none = f"there is no study {name!r} to start from, nor any other"
        problems.append(unknown_name("study to start from", name, store.names()) if store.names() else none)
        return []
    scored = best_first(store.record(name))
    if not scored:
        problems.append(f"the study {name!r} must have a score to start from, but none of its trials has one")
    moved = [point for trial in scored if (point := moved_into(space, trial.params)) is not None]
    return moved[:MOST_EARLIER]


def _named(space: Space, point: Mapping[str, object], problems: list[str]) -> dict[str, Value]:
    dimensions, values = space.dimensions(), dict[str, Value]()
    for name, told in point.items():
        if name not in dimensions:
            problems.append(unknown_name(f"parameter of the space {space.name!r}", name, dimensions))
        elif (value := told_value(dimensions[name], told)) is None:
            problems.append(f"{name!r} of a point to try must lie within {dimensions[name]}, not at {told!r}")
        else:
            values[name] = value
    completed = completed_in(space, values)
    if strangers := [name for name in values if name not in completed]:
        algorithm = completed[ALGORITHM]
        problems.append(f"a point to try must be of one algorithm, but {algorithm!r} has no {strangers[0]!r}")
    return completed
