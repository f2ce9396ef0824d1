"""Checks what an experiment wants of its winner: the objectives, the constraints, and who can search for them."""

import math
from collections.abc import Iterator, Mapping

from automl.config.raw_document import Document, get_field
from automl.config.schema import PBT, SearchSection
from automl.core import MEASURES, parse_constraint, unknown_name
from automl.hpo.pruners import FRONT_PRUNERS, OVER_FOLDS, PRUNERS
from automl.hpo.samplers import ONE_OBJECTIVE, SAMPLERS
from search_spaces import Space
from search_spaces.blocks import is_balance
from search_spaces.grid import MOST_POINTS, grids_of
from trials.metrics import METRICS
from trials.serving_costs import SERVING_COSTS


def wish_problems(document: Mapping[str, object]) -> list[str]:
    """Everything wrong with objectives and constraints, each as one sentence; works on the raw document."""
    objectives = _names(document, "search.objectives")
    constraints = _names(document, "search.constraints")
    problems = [*_objective_problems(objectives), *_constraint_problems(constraints)]
    if objectives and get_field(document, "search.metric") is not None:
        problems.append(
            f"search.metric and search.objectives (--metric and --objective) must not both be given: make "
            f"{_told(document, 'metric')!r} the first objective, and leave the metric out"
        )
    problems += _unable(document) if len(objectives) > 1 else ()
    return [*problems, *(_alone(document) if len(objectives) > 1 or constraints else ())]


def _objective_problems(objectives: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(objectives):
        if name not in MEASURES:
            yield unknown_name("objective", name, MEASURES)
        elif objectives.count(name) > 1:
            yield f"an objective must be given once, not {name!r} {objectives.count(name)} times"
    if objectives and objectives[0] in SERVING_COSTS:
        metrics = ", ".join(METRICS)
        yield (
            f"the first objective must be a metric, since it decides who wins, not {objectives[0]!r}; "
            f"name one of {metrics} before it"
        )


def _constraint_problems(constraints: list[str]) -> Iterator[str]:
    for written in constraints:
        try:
            name = parse_constraint(written).name
        except ValueError as error:
            yield str(error)
            continue
        if name not in MEASURES:
            yield unknown_name("metric or cost", name, MEASURES) + f" It is bounded by {written!r}."


def _unable(document: Mapping[str, object]) -> Iterator[str]:
    """What cannot be used with several objectives."""
    sampler, pruner = _told(document, "sampler"), _told(document, "pruner")
    if sampler in ONE_OBJECTIVE:
        able = ", ".join(name for name in SAMPLERS if name not in ONE_OBJECTIVE)
        yield f"the sampler of several objectives must be one of {able}, not {sampler!r}"
    if pruner in PRUNERS and pruner not in (*FRONT_PRUNERS, PBT):
        yield f"the pruner of several objectives must be one of {', '.join(FRONT_PRUNERS)}, not {pruner!r}"
    if (gain := get_field(document, "search.least_gain")) is not None:
        yield f"search.least_gain must be left out with several objectives, as it bounds the gain of one, not {gain!r}"


def _alone(document: Mapping[str, object]) -> Iterator[str]:
    """What goes by a single value of each trial, so that nothing may be beside it."""
    if (folds := get_field(document, "search.folds")) is not None:
        yield f"search.folds must be left out with several objectives or constraints, not {folds!r}"
    if _told(document, "pruner") == PBT:
        yield f"the pruner {PBT!r} goes by one metric alone: with several objectives or constraints choose another one"


def _told(document: Mapping[str, object], field: str) -> object:
    value = get_field(document, f"search.{field}")
    return SearchSection.model_fields[field].default if value is None else value


def _names(document: Mapping[str, object], key: str) -> list[str]:
    """The names at a key, of which one may stand alone; what is no name is for the schema to tell."""
    value = get_field(document, key)
    listed = value if isinstance(value, list | tuple) else [value]
    return [name for name in listed if isinstance(name, str)]


def fold_problems(document: Document) -> list[str]:
    """Why the pruner that is asked for does not go with the folds, or with there being none, as one sentence."""
    folds, pruner = get_field(document, "search.folds"), get_field(document, "search.pruner")
    if not isinstance(pruner, str) or pruner not in PRUNERS:
        return []
    if folds is not None and pruner not in OVER_FOLDS:
        able = " or ".join(OVER_FOLDS)
        return [
            f"search.pruner must be {able} where there are folds, not {pruner!r}, which would take the scores of "
            "different rows for the progress of one model"
        ]
    if folds is None and OVER_FOLDS.get(pruner):
        others = ", ".join(name for name in PRUNERS if not OVER_FOLDS.get(name))
        return [
            f"search.pruner can be {pruner!r} only where there are folds, whose scores it compares: add --folds 5, or "
            f"choose another: {others}"
        ]
    return []


GRID = "grid"
"""The sampler that goes through it."""

MENTIONED = 3
"""Parameters that are named as those to narrow."""

LONGEST_NUMBER = 10**9
"""From here on a size is told by its digits."""


def grid_problems(space: Space) -> list[str]:
    """Why the space cannot be searched as a grid, as one sentence; empty where it can.

    What is done about classes of unlike size counts only where it is asked for: as a rule the data settles it later.
    """
    counts: dict[str, int] = {}
    points = 0
    for grid in grids_of(space):
        own = {
            name: len(values) for name, values in grid.values.items() if name in space.overrides or not is_balance(name)
        }
        counts |= own
        points += math.prod(own.values())
    if points <= MOST_POINTS:
        return []
    widest = sorted(counts, key=lambda name: -counts[name])[:MENTIONED]
    named = ", ".join(f"{name} ({counts[name]} values)" for name in widest)
    size = f"{points:,}" if points < LONGEST_NUMBER else f"more than 10^{int(math.log10(points))}"
    return [
        f"the grid of the space {space.name!r} must have at most {MOST_POINTS:,} points, but has {size}; fix or narrow "
        f"more parameters with space.overrides, such as {named}, or choose another sampler"
    ]
