"""Overrides from an experiment file: a mapping of parameter names to what they may be, made into dimensions.

A scalar fixes a parameter; a list gives its options; a mapping narrows or widens a range
(`{low: 1e-5, high: 1e-3}`, and `log`, `step`, `default` where wanted).
"""

import difflib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange


def override_dimensions(
    dimensions: Mapping[str, Dimension], overrides: Mapping[str, Any], space: str
) -> tuple[dict[str, Dimension], list[str]]:
    """Makes each override into a dimension.

    Returns:
        The new dimensions by name, and every problem found, each as one sentence (empty when all is well).
    """
    made: dict[str, Dimension] = {}
    problems: list[str] = []
    for name, wanted in overrides.items():
        if name not in dimensions:
            problems.append(_unknown(name, dimensions, space))
            continue
        try:
            made[name] = _overridden(dimensions[name], wanted)
            problem = made[name].problem()
        except (TypeError, ValueError) as error:
            problem = str(error)
        if problem is not None:
            problems.append(f"the override of {name!r} cannot be used, given {wanted!r}: {problem}")
    return made, problems


def _unknown(name: str, dimensions: Mapping[str, Dimension], space: str) -> str:
    near = difflib.get_close_matches(name, dimensions, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"the space {space!r} has no parameter {name!r}{hint} It has: {', '.join(dimensions)}"


def _overridden(dimension: Dimension, wanted: Any) -> Dimension:
    match wanted:
        case Mapping():
            return _changed_range(dimension, wanted)
        case list() | tuple():
            options = tuple(_fitting(dimension, option) for option in wanted)
            return Choice(options, dimension.default if dimension.default in options else next(iter(options), ""))
        case _:
            value = _fitting(dimension, wanted)
            return Choice((value,), value)


def _changed_range(dimension: Dimension, wanted: Mapping[str, Any]) -> Dimension:
    if isinstance(dimension, Choice):
        raise ValueError(f"it is a choice: give one value or a list of them; it had: {dimension}")
    known = {field.name for field in fields(dimension)}
    if unknown := set(wanted) - known:
        raise ValueError(f"a range has no field {sorted(unknown)}; it has: {', '.join(sorted(known))}")
    changed: dict[str, Any] = {}
    for name, value in wanted.items():
        if name == "log":
            if not isinstance(value, bool):
                raise ValueError(f"log must be true or false, not {value!r}")
            changed[name] = value
        else:
            changed[name] = _number(name, value, whole=isinstance(dimension, IntRange))
    new = replace(dimension, **changed)
    if "default" not in changed and new.low <= new.high:
        return replace(dimension, **changed, default=type(new.low)(min(max(new.default, new.low), new.high)))
    return new


def _number(name: str, value: Any, *, whole: bool) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{name} must be a number, not {value!r}")
    try:
        number = float(value)  # YAML 1.1 reads 1e-3 as text, because it has no dot
    except ValueError:
        raise ValueError(f"{name} must be a number, not {value!r}") from None
    if not whole:
        return number
    if number != int(number):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(number)


def _fitting(dimension: Dimension, value: Any) -> Any:
    """`value` in the type that the parameter has; widening is allowed, another type is not."""
    if isinstance(dimension, FloatRange):
        return _number("the value", value, whole=False)
    if isinstance(dimension, IntRange):
        return _number("the value", value, whole=True)
    kind = type(dimension.default)
    if kind in (int, float):
        return kind(_number("the value", value, whole=kind is int))
    if not isinstance(value, kind):
        raise ValueError(f"it takes a {kind.__name__}, not {value!r}; it had: {dimension}")
    return value
