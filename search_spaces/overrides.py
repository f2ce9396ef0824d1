"""Overrides from an experiment file: conversion of a mapping of parameter names to dimensions.

| given | the parameter |
|---|---|
| a scalar: `2` | is fixed |
| a list: `[2, 4]` | takes one of these |
| a mapping: `{low: 1e-5, high: 1e-3}` | keeps its range except for `low`, `high`, `log`, `step`, `default` |
| a mapping: `{options: [2, 4], default: 4}` | the same for a choice |

Numbers may lie outside the space's own range. Names (`schedule: cosine`) must be options of the space, because a name
stands for code that only the space knows; a space may declare a choice as free, such as that of the checkpoint.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TypeAlias

from search_spaces.dimension import Choice, Dimension, FloatRange, IntRange, Value
from search_spaces.near_miss import did_you_mean

Changes: TypeAlias = Mapping[object, object]

MID_SENTENCE = " (did you mean {}?)"

MOST_NAMED = 40
"""Largest number of parameters that a message lists; for more it names only the closest match."""


def override_dimensions(
    dimensions: Mapping[str, Dimension], overrides: Mapping[str, object], space: str
) -> tuple[dict[str, Dimension], list[str]]:
    """Turn each override into a dimension.

    Args:
        dimensions: the dimensions of the space by parameter name.
        overrides: the overrides of the experiment file by parameter name, in the forms of the table above.
        space: the name of the space, for messages.

    Returns:
        The new dimensions by name, and every problem found, each as one sentence (empty if there is none).
    """
    changed: dict[str, Dimension] = {}
    problems: list[str] = []
    for name, override in overrides.items():
        if name not in dimensions:
            problems.append(_unknown_parameter(name, dimensions, space))
            continue
        try:
            dimension = _overridden(dimensions[name], override)
            problem = dimension.problem()
        except ValueError as error:
            problem = str(error)
        if problem is None:
            changed[name] = dimension
        else:
            problems.append(f"the override of {name!r} cannot be used, given {override!r}: {problem}")
    return changed, problems


def _overridden(dimension: Dimension, override: object) -> Dimension:
    if isinstance(override, Mapping):
        return _changed(dimension, override)
    options = _options(dimension, override if isinstance(override, list | tuple) else [override])
    return Choice(options, _kept_default(dimension, options))


def _changed(dimension: Dimension, changes: Changes) -> Dimension:
    known = [field.name for field in fields(dimension)]
    for name in changes:
        if name not in known:
            raise ValueError(f"there is no field {name!r} here; choose from: {', '.join(known)}")
    match dimension:
        case FloatRange():
            return _changed_reals(dimension, changes)
        case IntRange():
            return _changed_integers(dimension, changes)
        case Choice():
            return _changed_choice(dimension, changes)


def _changed_reals(old: FloatRange, changes: Changes) -> FloatRange:
    low = _real("low", changes.get("low", old.low))
    high = _real("high", changes.get("high", old.high))
    new = FloatRange(low, high, old.default, _switch("log", changes.get("log", old.log)))
    return replace(new, default=_real("default", changes.get("default", new.nearest(old.default))))


def _changed_integers(old: IntRange, changes: Changes) -> IntRange:
    low = _integer("low", changes.get("low", old.low))
    high = _integer("high", changes.get("high", old.high))
    step = _integer("step", changes.get("step", old.step))
    if step < 1:
        raise ValueError(f"its step must be at least 1, not {step}")
    new = IntRange(low, high, old.default, _switch("log", changes.get("log", old.log)), step)
    return replace(new, default=_integer("default", changes.get("default", new.nearest(old.default))))


def _changed_choice(old: Choice, changes: Changes) -> Choice:
    options = _options(old, changes.get("options", old.options))
    if "default" in changes:
        return Choice(options, _option(old, changes["default"]))
    return Choice(options, _kept_default(old, options))


def _kept_default(dimension: Dimension, options: tuple[Value, ...]) -> Value:
    return options[0] if options and dimension.default not in options else dimension.default


def _options(dimension: Dimension, override: object) -> tuple[Value, ...]:
    if not isinstance(override, list | tuple):
        raise ValueError(f"its options must be a list, not {override!r}")
    return tuple(_option(dimension, value) for value in override)


def _option(dimension: Dimension, value: object) -> Value:
    """Convert `value` to the type of the parameter."""
    kinds = {type(option) for option in dimension.extremes()}
    if isinstance(dimension, IntRange) or kinds == {int}:
        return _integer("a value", value)
    if isinstance(dimension, FloatRange) or kinds <= {int, float}:
        return _real("a value", value)
    possible = (*dimension.extremes(), *(dimension.more if isinstance(dimension, Choice) else ()))
    for option in possible:
        if value == option and type(value) is type(option):
            return option
    if isinstance(dimension, Choice) and dimension.free and isinstance(value, str) and value:
        return value
    near = did_you_mean(str(value), map(str, possible), form=MID_SENTENCE)
    raise ValueError(f"it has no option {value!r}{near}; it has: {dimension}")


def _real(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{name} must be a number, not {value!r}")
    try:
        number = float(value)  # YAML 1.1 reads 1e-3 as text, because it has no dot
    except (ValueError, OverflowError):
        raise ValueError(f"{name} must be a number, not {value!r}") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, not {value!r}")
    return number


def _integer(name: str, value: object) -> int:
    number = _real(name, value)
    if not number.is_integer():
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(number)


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, not {value!r}")
    return value


def _unknown_parameter(name: str, dimensions: Mapping[str, Dimension], space: str) -> str:
    near = did_you_mean(name, dimensions, form=MID_SENTENCE)
    has = f": {', '.join(dimensions)}" if len(dimensions) <= MOST_NAMED else f" {len(dimensions)} others"
    return f"the space {space!r} has no parameter {name!r}{near}; it has{has}"
