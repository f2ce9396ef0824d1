"""Checks the objectives and constraints of an experiment, and which samplers and pruners support them."""

import math
import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from automl.config.field_types import is_off
from automl.config.raw_document import Document, get_field
from automl.config.schema import PBT, SearchSection
from automl.core import MEASURES, parse_constraint, unknown_name
from automl.hpo.pruners import FRONT_PRUNERS, OVER_FOLDS, PRUNERS
from automl.hpo.samplers import ONE_OBJECTIVE, SAMPLERS
from search_spaces import Space
from search_spaces.blocks import is_balance
from search_spaces.grid import MOST_POINTS, grids_of
from trials.serving_costs import LATENCY_32_INT8, LATENCY_INT8, ONNX_PACKAGES, RUNTIMES, SERVING_COSTS
from trials.tasks import KNOWN_METRICS


def objective_problems(document: Mapping[str, object]) -> list[str]:
    """Return each problem with the objectives and constraints of the raw `document`, as one sentence."""
    objectives = _names(document, "search.objectives")
    constraints = _names(document, "search.constraints")
    problems = [*_objective_problems(objectives), *_constraint_problems(constraints)]
    if objectives and get_field(document, "search.metric") not in (None, objectives[0]):
        problems.append(
            f"search.metric and search.objectives (--metric and --objective) must not both be given: make "
            f"{_field(document, 'metric')!r} the first objective, and leave the metric out"
        )
    problems += _runtime_problems(document, [*objectives, *constraints])
    problems += _unable(document) if len(objectives) > 1 else ()
    return [*problems, *(_needs_single_value(document) if len(objectives) > 1 or constraints else ())]


def _objective_problems(objectives: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(objectives):
        if name not in MEASURES:
            yield unknown_name("objective", name, MEASURES)
        elif objectives.count(name) > 1:
            yield f"an objective must be given once, not {name!r} {objectives.count(name)} times"
    if objectives and objectives[0] in SERVING_COSTS:
        metrics = ", ".join(KNOWN_METRICS)
        yield (
            f"the first objective must be a metric, since it decides who wins, not {objectives[0]!r}; "
            f"name one of {metrics} before it"
        )


def _runtime_problems(document: Mapping[str, object], goals: list[str]) -> Iterator[str]:
    """Yield why latency cannot be measured on the exported model, or why a runtime has no use.

    Args:
        document: the raw document.
        goals: its objectives and constraints, as they are written.
    """
    runtime = _field(document, "runtime")
    renamed = RUNTIMES.get(runtime, {}) if isinstance(runtime, str) else {}
    given = [re.split(r"[<>=\s]", goal.strip(), maxsplit=1)[0] for goal in goals]
    names = {renamed.get(name, name) for name in given}
    if renamed and names.isdisjoint(renamed.values()):
        yield (
            f"search.runtime (--runtime) says what latency is measured on, so {' or '.join(renamed)} must be among "
            f"the objectives or constraints where it is {runtime!r}"
        )
    missing = [name for name in ONNX_PACKAGES if find_spec(name) is None]
    if missing and not names.isdisjoint((LATENCY_INT8, LATENCY_32_INT8)):
        yield (
            f"latency of int8 models needs {', '.join(ONNX_PACKAGES)}, but {' and '.join(missing)} is not installed: "
            f"pip install {' '.join(ONNX_PACKAGES)}"
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
    """Yield each setting that cannot be used with several objectives."""
    sampler, pruner = _field(document, "sampler"), _field(document, "pruner")
    if sampler in ONE_OBJECTIVE:
        able = ", ".join(name for name in SAMPLERS if name not in ONE_OBJECTIVE)
        yield f"the sampler of several objectives must be one of {able}, not {sampler!r}"
    if pruner in PRUNERS and pruner not in (*FRONT_PRUNERS, PBT):
        yield f"the pruner of several objectives must be one of {', '.join(FRONT_PRUNERS)}, not {pruner!r}"
    if (gain := get_field(document, "search.least_gain")) is not None:
        yield f"search.least_gain must be left out with several objectives, as it limits the gain of one, not {gain!r}"


def _needs_single_value(document: Mapping[str, object]) -> Iterator[str]:
    """Yield each setting that needs a single value of each trial, which excludes constraints and further objectives."""
    if (folds := _folds(document)) is not None:
        yield f"search.folds must be left out with several objectives or constraints, not {folds!r}"
    if _field(document, "pruner") == PBT:
        yield f"the pruner {PBT!r} compares trials by one metric; choose another for several objectives or constraints"


def _folds(document: Mapping[str, object]) -> object:
    """Return the number of folds, as it was given; None if there are none."""
    folds = get_field(document, "search.folds")
    return None if is_off(folds) else folds


def _field(document: Mapping[str, object], field: str) -> object:
    value = get_field(document, f"search.{field}")
    return SearchSection.model_fields[field].default if value is None else value


def _names(document: Mapping[str, object], key: str) -> list[str]:
    """Return the names at a key: a list or a single one. The schema reports values that are no names."""
    value = get_field(document, key)
    listed = value if isinstance(value, list | tuple) else [value]
    return [name for name in listed if isinstance(name, str)]


def fold_problems(document: Document) -> list[str]:
    """Return why time or pruner of the `document` do not go with folds, or with the lack of them, as one sentence."""
    folds, pruner = _folds(document), get_field(document, "search.pruner")
    if folds is not None and (time := get_field(document, "data.time")) is not None:
        return [f"search.folds must be left out with data.time ({time!r}), as folds would train on later rows"]
    if not isinstance(pruner, str) or pruner not in PRUNERS:
        return []
    if folds is not None and pruner not in OVER_FOLDS:
        able = " or ".join(OVER_FOLDS)
        return [
            f"search.pruner must be {able} where there are folds, not {pruner!r}, which would compare the scores of "
            "different rows as if they were one model's progress"
        ]
    if folds is None and OVER_FOLDS.get(pruner):
        others = ", ".join(name for name in PRUNERS if not OVER_FOLDS.get(name))
        return [
            f"search.pruner can be {pruner!r} only with folds, whose scores it compares: add --folds 5, or "
            f"choose another: {others}"
        ]
    return []


def confirm_problems(document: Document) -> list[str]:
    """Return why the best trials of the `document` cannot be confirmed, if that is asked for, as one sentence."""
    confirm = get_field(document, "search.confirm")
    if confirm in (None, "auto", "off", False):
        return []
    for field, why in UNCONFIRMED.items():
        value = _folds(document) if field == "search.folds" else get_field(document, field)
        is_harmless = value != PBT if field == "search.pruner" else len(_names(document, field)) == 1
        if value and not (is_harmless and field in ("search.pruner", "search.objectives")):
            return [f"search.confirm must be left out or off with {field} ({value!r}), as {why}; it is {confirm!r}"]
    return []


UNCONFIRMED = {
    "search.folds": "each trial is trained on several divisions of the rows already",
    "search.objectives": "no one score decides",
    "search.constraints": "no one score decides",
    "search.pruner": "members of a population go on from the training of others",
    "data.time": "no other division of the rows lets validation rows be later",
}
"""Settings with which trials are not confirmed, and why."""

GRID = "grid"
"""Name of the sampler that tries every point of a grid."""

MENTIONED = 3
"""Number of parameters that the message suggests to narrow."""

LONGEST_NUMBER = 10**9
"""Sizes from here on are shown as a power of ten."""


def grid_problems(space: Space) -> list[str]:
    """Return why `space` cannot be searched as a grid, as one sentence; empty if it can.

    Parameters of class balance count only if they are overridden, because the data usually fixes them later.
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
