"""The first points of a new study: defaults, priors, the user's points, and points of earlier studies."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from automl.config import SearchSection, parse_value, read_priors
from automl.core import UsageError, unknown_name
from automl.planning.transfer_points import completed_in, distinct
from automl.planning.warm_start import EarlierStudy, earlier_studies, shared_out
from automl.storage import StudyStore
from search_spaces import ALGORITHM, LATER, PRETRAINED, Space, Value
from trials.data import DatasetTraits


@dataclass(frozen=True)
class FirstPoints:
    """The points that are always tried, and the points of earlier studies, each in the order of trials."""

    points: list[dict[str, Value]]
    earlier: list[tuple[EarlierStudy, dict[str, Value]]]


def first_points(
    space: Space,
    search: SearchSection,
    store: StudyStore,
    seconds: Mapping[Value, float] = MappingProxyType({}),
    traits: DatasetTraits | None = None,
) -> FirstPoints:
    """Return the first points of a study, each once, and at most as many as the limit of trials.

    The order is: the defaults of each algorithm, one point of the priors for each algorithm, the points of the
    experiment, and points of earlier studies. Missing parameters get their defaults. `LATER` algorithms are left out
    if the space has other pretrained ones, because they are expensive and seldom the best. Points of earlier studies
    are moved into the ranges of `space`.

    Args:
        space: the search space.
        search: points, priors, earlier studies and limits of the experiment.
        store: the database with the earlier studies.
        seconds: expected duration of a trial, by algorithm; an algorithm that exceeds the time budget is left out.
        traits: description of the data, for the similarity to earlier studies; None: the similarity is unknown.

    Raises:
        UsageError: a point has an unknown parameter or a value out of range, or an earlier study does not exist or has
            no score. The message lists all problems.
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
    """Yield the point of the priors of each algorithm that is in `begun` or that a prior names."""
    priors, _ = read_priors(space, given)  # problems were reported when the experiment was loaded
    for algorithm in space.algorithms():
        defaults = space.defaults(algorithm)
        own = {name: prior for name, prior in priors.items() if name in defaults}
        is_named = any(name.startswith(f"{algorithm}.") and not prior.is_general for name, prior in own.items())
        if own and (algorithm in begun or is_named):
            yield {**defaults, **{name: prior.value for name, prior in own.items()}}


def _named(space: Space, point: Mapping[str, object], problems: list[str]) -> dict[str, Value]:
    dimensions, values = space.dimensions(), dict[str, Value]()
    for name, given_value in point.items():
        if name not in dimensions:
            problems.append(unknown_name(f"parameter of the space {space.name!r}", name, dimensions))
        elif (value := parse_value(dimensions[name], given_value)) is None:
            problems.append(f"{name!r} of a point to try must lie within {dimensions[name]}, but is {given_value!r}")
        else:
            values[name] = value
    completed = completed_in(space, values)
    if strangers := [name for name in values if name not in completed]:
        algorithm = completed[ALGORITHM]
        problems.append(f"a point to try must be of one algorithm, but {algorithm!r} has no {strangers[0]!r}")
    return completed
