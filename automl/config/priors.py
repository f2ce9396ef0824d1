"""Priors: where a user thinks that parameters are best, and how sure of it they are."""

import re
from collections.abc import Mapping

from automl.config.parsing import told_value
from automl.core import Confidence, Prior, unknown_name
from search_spaces import ALGORITHM, Space, Value

SHORT = re.compile(r"(?P<value>.+):(?P<confidence>\w+)")
"""`2e-5:high`, which is short for `{value: 2e-5, confidence: high}`."""

FIELDS = ("value", "confidence")


def read_priors(space: Space, given: Mapping[str, object]) -> tuple[dict[str, Prior], list[str]]:
    """The priors by parameter of `space`. A name without an algorithm's speaks of all algorithms that have it.

    Returns:
        The priors that can be used, and every problem with the others, each as one sentence.
    """
    priors: dict[str, Prior] = {}
    problems: list[str] = []
    for name in sorted(given, key=lambda name: name in space.dimensions()):  # the exact name overrules the general one
        names = _meant(space, name)
        if name == ALGORITHM and names:
            problems.append(
                f"there can be no prior of {name!r}, because what each one promises for its time decides; "
                f"override {name!r} to say what it is chosen from"
            )
        elif not names:
            problems.append(unknown_name(f"parameter of the space {space.name!r}", name, _known(space)))
        else:
            _read(space, name, names, given[name], priors, problems)
    return priors, problems


def _known(space: Space) -> list[str]:
    """The names that a prior may have: those of all algorithms that share one first, then the exact ones."""
    dimensions = space.dimensions()
    owners = tuple(f"{algorithm}." for algorithm in space.algorithms() if algorithm is not None)
    shared = [name.partition(".")[2] for name in dimensions if name.startswith(owners)] if owners else []
    return list(dict.fromkeys([*shared, *dimensions]))


def _meant(space: Space, name: str) -> list[str]:
    """The parameters that `name` stands for."""
    dimensions = space.dimensions()
    if name in dimensions:
        return [name]
    return [full for algorithm in space.algorithms() if (full := f"{algorithm}.{name}") in dimensions]


def _read(
    space: Space, name: str, meant: list[str], told: object, priors: dict[str, Prior], problems: list[str]
) -> None:
    told_best, told_confidence = _parts(told)
    if not isinstance(told_confidence, str) or told_confidence not in list(Confidence):
        known = ", ".join(Confidence)
        problems.append(f"the confidence of the prior of {name!r} must be one of {known}, not {told_confidence!r}")
        return
    values = {full: told_value(space.dimensions()[full], told_best) for full in meant}
    if (problem := _misfit(space, name, told_best, values)) is not None:
        problems.append(problem)
        return
    fitting = {full: value for full, value in values.items() if value is not None}
    confidence = Confidence(told_confidence)
    priors.update({full: Prior(value, confidence, is_general=full != name) for full, value in fitting.items()})


def _misfit(space: Space, name: str, told: object, values: Mapping[str, Value | None]) -> str | None:
    """Why a value cannot be meant, where it lies outside of a range."""
    outside = [full for full, value in values.items() if value is None]
    if not outside:
        return None
    ranges = ", ".join(f"{space.dimensions()[full]}" + (f" in {full!r}" if full != name else "") for full in outside)
    problem = f"the prior of {name!r} must lie within {ranges}, not at {told!r}"
    if fitting := [full for full in values if full not in outside]:
        return f"{problem}; where it does, say so: {', '.join(map(repr, fitting))}"
    return problem


def _parts(told: object) -> tuple[object, object]:
    """The value and the confidence."""
    if isinstance(told, Mapping) and "value" in told and told.keys() <= set(FIELDS):
        return told["value"], told.get("confidence", Confidence.MEDIUM)
    if isinstance(told, str) and (short := SHORT.fullmatch(told)) is not None:
        return short["value"], short["confidence"]
    return told, Confidence.MEDIUM
