"""What a new study begins with: the default, what the user thinks of, and what earlier studies recommend."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from automl.config import SearchSection, read_priors, told_value
from automl.core import UsageError, unknown_name
from automl.planning.transfer_points import completed_in, distinct
from automl.planning.warm_start import EarlierStudy, earlier_studies, shared_out
from automl.storage import StudyStore
from search_spaces import ALGORITHM, LATER, PRETRAINED, Space, Value
from trials.data import DatasetTraits


@dataclass(frozen=True)
class FirstPoints:
    """The points that are tried in any case, and those of earlier studies, each in their order."""

    points: list[dict[str, Value]]
    earlier: list[tuple[EarlierStudy, dict[str, Value]]]


def first_points(
    space: Space,
    search: SearchSection,
    store: StudyStore,
    seconds: Mapping[Value, float] = MappingProxyType({}),
    traits: DatasetTraits | None = None,
) -> FirstPoints:
    """The points, each once, no more than trials are wanted; what a point leaves out is at its default.

    After the default come those of other algorithms; `LATER` ones are left out where other pretrained ones are, because
    they are dear, and seldom the best, and so is one that is expected to take more `seconds` than the search has. Then
    come the values of the priors, all together as one point of each algorithm that they speak of, and the points that
    are named. Those of earlier studies are by how like their data are to those with `traits`. What they had out of the
    range of `space` is moved into it. There are no more points in all than trials are wanted.

    Raises:
        UsageError: a point has a parameter that `space` has not, or a value out of its range; or there is no such
            study, or none with a score. All of it is in the message.
    """
    problems: list[str] = []
    named = [_named(space, point, problems) for point in search.points]
    studies = earlier_studies(space, search.warm_start, store, traits, problems)
    if problems:
        raise UsageError("\n".join(problems))
    first, *others = _first_algorithms(space)
    affordable = [other for other in others if seconds.get(str(other), 0.0) <= (search.time_budget or math.inf)]
    begun = [first, *affordable]
    defaults = [space.defaults(algorithm) for algorithm in begun]
    own = distinct([*defaults, *_of_priors(space, search.priors, begun), *named])
    left = None if search.trials is None else max(0, search.trials - len(own))
    return FirstPoints(own[: search.trials], shared_out(studies, own)[:left])


def _first_algorithms(space: Space) -> list[Value | None]:
    default, *others = space.algorithms()
    if not {default, *others} & (set(PRETRAINED) - set(LATER)):
        return [default, *others]
    return [default, *(algorithm for algorithm in others if algorithm not in LATER)]


def _of_priors(space: Space, given: Mapping[str, object], begun: list[Value | None]) -> Iterator[dict[str, Value]]:
    """The point of the priors of each algorithm that has some, if it is among `begun` or they speak of it by name."""
    priors, _ = read_priors(space, given)  # told of before anything began
    for algorithm in space.algorithms():
        defaults = space.defaults(algorithm)
        own = {name: prior for name, prior in priors.items() if name in defaults}
        is_named = any(name.startswith(f"{algorithm}.") and not prior.is_general for name, prior in own.items())
        if own and (algorithm in begun or is_named):
            yield {**defaults, **{name: prior.value for name, prior in own.items()}}


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
