"""Priors: the values of parameters that the user expects to be best, with a confidence."""

import re
from collections.abc import Mapping

from automl.config.parsing import parse_value
from automl.core import Confidence, Prior, unknown_name
from search_spaces import ALGORITHM, Space, Value

SHORT = re.compile(r"(?P<value>.+):(?P<confidence>\w+)")
"""Matches the short form `2e-5:high` of `{value: 2e-5, confidence: high}`."""

FIELDS = ("value", "confidence")


def read_priors(space: Space, given: Mapping[str, object]) -> tuple[dict[str, Prior], list[str]]:
    """Parse the priors of the parameters of a space.

    Args:
        space: the space.
        given: priors as in the experiment, by parameter. A name without an algorithm means all algorithms that have
            such a parameter; an exact name overrides it.

    Returns:
        The valid priors by full parameter name, and each problem with the others as one sentence.
    """
    priors: dict[str, Prior] = {}
    problems: list[str] = []
    for name in sorted(given, key=lambda name: name in space.dimensions()):  # the exact name overrides the general one
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
    """Return the valid names of priors: first those without an algorithm, then the exact ones."""
    dimensions = space.dimensions()
    owners = tuple(f"{algorithm}." for algorithm in space.algorithms() if algorithm is not None)
    shared = [name.partition(".")[2] for name in dimensions if name.startswith(owners)] if owners else []
    return list(dict.fromkeys([*shared, *dimensions]))


def _meant(space: Space, name: str) -> list[str]:
    """Return the full names of the parameters that `name` means."""
    dimensions = space.dimensions()
    if name in dimensions:
        return [name]
    return [full for algorithm in space.algorithms() if (full := f"{algorithm}.{name}") in dimensions]


def _read(
    space: Space, name: str, meant: list[str], given_prior: object, priors: dict[str, Prior], problems: list[str]
) -> None:
    best, confidence_given = _parts(given_prior)
    if not isinstance(confidence_given, str) or confidence_given not in list(Confidence):
        known = ", ".join(Confidence)
        problems.append(f"the confidence of the prior of {name!r} must be one of {known}, not {confidence_given!r}")
        return
    values = {full: parse_value(space.dimensions()[full], best) for full in meant}
    if (problem := _misfit(space, name, best, values)) is not None:
        problems.append(problem)
        return
    fitting = {full: value for full, value in values.items() if value is not None}
    confidence = Confidence(confidence_given)
    priors.update({full: Prior(value, confidence, is_general=full != name) for full, value in fitting.items()})


def _misfit(space: Space, name: str, given_prior: object, values: Mapping[str, Value | None]) -> str | None:
    """Return why a prior is invalid if its value is outside of a range; None if it is valid."""
    outside = [full for full, value in values.items() if value is None]
    if not outside:
        return None
    ranges = ", ".join(f"{space.dimensions()[full]}" + (f" in {full!r}" if full != name else "") for full in outside)
    problem = f"the prior of {name!r} must lie within {ranges}, but is {given_prior!r}"
    if fitting := [full for full in values if full not in outside]:
        return f"{problem}; where it does, say so: {', '.join(map(repr, fitting))}"
    return problem


def _parts(given_prior: object) -> tuple[object, object]:
    """Return the value and the confidence."""
    if isinstance(given_prior, Mapping) and "value" in given_prior and given_prior.keys() <= set(FIELDS):
        return given_prior["value"], given_prior.get("confidence", Confidence.MEDIUM)
    if isinstance(given_prior, str) and (short := SHORT.fullmatch(given_prior)) is not None:
        return short["value"], short["confidence"]
    return given_prior, Confidence.MEDIUM
