"""Restores the space of a resumed study if the definition of the space has changed since the study began."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import wraps

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial

from search_spaces import (
    ALGORITHM,
    AnyPoint,
    Choice,
    Dimension,
    FloatRange,
    IntRange,
    RecordedValues,
    Space,
    SpaceFunction,
    Suggest,
    Value,
)


def as_begun(space: Space, trials: Sequence[FrozenTrial]) -> tuple[Space, list[str]]:
    """Return the space with which a study is resumed.

    Optuna requires that the options of a parameter stay the same within a study, so the old ones are kept. A parameter
    that no trial has is new; it is fixed at its default. Parameters of an algorithm without trials are not restored.

    Args:
        space: the space as it is defined now.
        trials: the trials of the study, with their distributions.

    Returns:
        The space, and messages for the user about the differences from `space`.
    """
    dimensions = space.dimensions()
    kept = {
        name: _dimension(had, dimensions[name])
        for name, had in _asked(trials).items()
        if name in dimensions and not _is_compatible(dimensions[name], had)
    }
    new = {name: dimensions[name].default for name in _new(space, trials)}
    if not kept and not new:
        return space, []
    changed = ", ".join(f"{name} ({stays})" for name, stays in {**kept, **new}.items())
    message = (
        f"The space {space.name!r} has changed since the study began, which continues with the earlier one: {changed}"
    )
    return Space(space.name, _settled(space.function, new), {**space.overrides, **kept}), [message]


def _settled(function: SpaceFunction, values: Mapping[str, Value]) -> SpaceFunction:
    """Return `function` with the parameters in `values` fixed, so that they are not suggested."""

    @wraps(function)
    def settled(suggest: Suggest) -> AnyPoint:
        return function(RecordedValues(suggest, values))

    return settled


def _asked(trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """Return the last distribution of each parameter."""
    return {name: distribution for trial in trials for name, distribution in trial.distributions.items()}


def _new(space: Space, trials: Sequence[FrozenTrial]) -> list[str]:
    """Return the parameters that trials would have with the current space, but that none of them has."""
    points = [point for trial in trials if (point := {**trial.system_attrs.get("fixed_params", {}), **trial.params})]
    known = {name for point in points for name in point}
    algorithms = {point.get(ALGORITHM) for point in points} & set(space.algorithms())
    asked = dict.fromkeys(name for algorithm in algorithms for name in space.defaults(algorithm))
    return [name for name in asked if name not in known]


def _is_compatible(now: Dimension, had: BaseDistribution) -> bool:
    """Return whether Optuna accepts both as the same parameter. It compares types and options, not the range."""
    match now, had:
        case Choice(options), CategoricalDistribution():
            return options == had.choices
        case FloatRange(log=log), FloatDistribution():
            return log == had.log
        case IntRange(log=log), IntDistribution():
            return log == had.log
    return False


def _dimension(had: BaseDistribution, now: Dimension) -> Dimension:
    """Return the old dimension of a parameter, with the current default or the nearest possible value."""
    default = now.default
    match had:
        case FloatDistribution():
            real = FloatRange(had.low, had.high, had.low, had.log)
            return replace(real, default=real.nearest(default) if isinstance(default, int | float) else had.low)
        case IntDistribution():
            full = IntRange(had.low, had.high, had.low, had.log, had.step)
            return replace(full, default=full.nearest(default) if isinstance(default, int | float) else had.low)
        case CategoricalDistribution():
            options: tuple[Value, ...] = had.choices  # type: ignore[assignment]
            return Choice(options, default if default in options else options[0])
    raise TypeError(f"there is no dimension for {had!r}")
