"""Checks that the names in an experiment exist."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from automl.config.consistency_checks import GRID, confirm_problems, fold_problems, grid_problems, objective_problems
from automl.config.priors import read_priors
from automl.config.raw_document import Document, get_field
from automl.config.schema import SearchSection, SpaceSection
from automl.config.space_resolver import idle_overrides, is_sound, resolve_space
from automl.core import unknown_name
from automl.hpo.pruners import PRUNERS
from automl.hpo.samplers import SAMPLERS
from automl.tracking.boards import BOARDS
from search_spaces import Space
from trials.serving_costs import SERVING_COSTS
from trials.tasks import KNOWN_METRICS

REGISTRIES: dict[str, Iterable[str]] = {"metric": KNOWN_METRICS, "sampler": SAMPLERS, "pruner": PRUNERS}
"""The fields of the section `search` that are names, and the valid names of each."""


def name_problems(document: Document) -> list[str]:
    """Return one sentence for each unknown name and each override or prior that does not fit its space.

    It checks the raw `document`, so that these problems can be reported together with those of the schema.
    """
    problems = []
    for field, known in REGISTRIES.items():
        default = SearchSection.model_fields[field].default
        name = _given(document, f"search.{field}", default)
        if isinstance(name, str) and name not in known:
            hint = (
                f" {name!r} is a cost: give it as a further --objective."
                if field == "metric" and name in SERVING_COSTS
                else ""
            )
            problems.append(unknown_name(field, name, known) + hint)
    problems += _board_problems(document)
    problems += [*fold_problems(document), *confirm_problems(document)]
    return [*problems, *objective_problems(document), *_space_problems(document)]


def _board_problems(document: Document) -> Iterator[str]:
    given = _given(document, "also_track", ())
    for name in given if isinstance(given, list | tuple) else [given]:
        if not isinstance(name, str):
            continue  # the schema reports this
        if name not in BOARDS:
            yield unknown_name("board", name, BOARDS)
        elif not BOARDS[name].is_installed:
            packages = " ".join(BOARDS[name].packages)
            yield f"also_track needs the package {BOARDS[name].module} for {name!r}: pip install {packages}"


def _space_problems(document: Document) -> list[str]:
    name = _given(document, "space.name", SpaceSection.model_fields["name"].default)
    overrides = _given(document, "space.overrides", {})
    if not isinstance(name, str) or not isinstance(overrides, Mapping):
        return []  # the schema reports this
    space, problems = resolve_space(name, {str(key): value for key, value in overrides.items()})
    if space is None:
        return problems
    is_grid = not problems and get_field(document, "search.sampler") == GRID
    wide = grid_problems(space) if is_grid else []
    return [*problems, *wide, *idle_overrides(space), *_prior_problems(document, space)]


def _prior_problems(document: Document, space: Space) -> list[str]:
    priors = _given(document, "search.priors", {})
    if not isinstance(priors, Mapping):
        return []  # the schema reports this
    judged = space if is_sound(space) else replace(space, overrides={})
    _, problems = read_priors(judged, {str(key): value for key, value in priors.items()})
    return problems


def _given(document: Document, key: str, default: object) -> object:
    value = get_field(document, key)
    return default if value is None else value
