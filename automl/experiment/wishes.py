"""Checks what an experiment wants of its winner: the objectives, the constraints, and who can search for them."""

from collections.abc import Iterator, Mapping

from automl.errors import unknown_name
from automl.experiment.document import get_field
from automl.experiment.schema import PBT, SearchSection
from automl.goals import MEASURES, parse_constraint
from automl.search.pruners import FRONT_PRUNERS, PRUNERS
from automl.search.samplers import ONE_OBJECTIVE, SAMPLERS
from trials.metrics import METRICS
from trials.serving import SERVING_COSTS


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
