"""A space as the study that is resumed knows it, where a newer version, or its author, has changed it since."""

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
    """`space` for going on with the study of `trials`, and a sentence for the user where that differs from it.

    Optuna takes no other options for a parameter than a study has had, so that these stay. A parameter that no trial
    has is new: it is at its default, as it was in all trials before there was a choice, and no parameter here. Those of
    an algorithm of which there is no trial are what they are now.
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
    told = f"The space {space.name!r} has changed since the study began, which goes on as it was: {changed}"
    return Space(space.name, _settled(space.function, new), {**space.overrides, **kept}), [told]


def _settled(function: SpaceFunction, values: Mapping[str, Value]) -> SpaceFunction:
    """`function` without the parameters that have `values`."""

    @wraps(function)
    def settled(suggest: Suggest) -> AnyPoint:
        return function(RecordedValues(suggest, values))

    return settled


def _asked(trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """What each parameter could be when it was asked for last."""
    return {name: distribution for trial in trials for name, distribution in trial.distributions.items()}


def _new(space: Space, trials: Sequence[FrozenTrial]) -> list[str]:
    """The parameters that some trial would have if it were asked for now, and none has."""
    points = [point for trial in trials if (point := {**trial.system_attrs.get("fixed_params", {}), **trial.params})]
    known = {name for point in points for name in point}
    algorithms = {point.get(ALGORITHM) for point in points} & set(space.algorithms())
    asked = dict.fromkeys(name for algorithm in algorithms for name in space.defaults(algorithm))
    return [name for name in asked if name not in known]


def _is_compatible(now: Dimension, had: BaseDistribution) -> bool:
    """Whether Optuna takes both for the same parameter: it minds options and kinds, but not the ends of a range."""
    match now, had:
        case Choice(options), CategoricalDistribution():
            return options == had.choices
        case FloatRange(log=log), FloatDistribution():
            return log == had.log
        case IntRange(log=log), IntDistribution():
            return log == had.log
    return False


def _dimension(had: BaseDistribution, now: Dimension) -> Dimension:
    """What a parameter could be, with the default that it has now if it can be that."""
    default = now.default
    match had:
        case FloatDistribution():
            real = FloatRange(had.low, had.high, had.low, had.log)
            return replace(real, default=real.nearest(default) if isinstance(default, int | float) else had.low)
        case IntDistribution():
            whole = IntRange(had.low, had.high, had.low, had.log, had.step)
            return replace(whole, default=whole.nearest(default) if isinstance(default, int | float) else had.low)
        case CategoricalDistribution():
            options: tuple[Value, ...] = had.choices  # type: ignore[assignment]
            return Choice(options, default if default in options else options[0])
    raise TypeError(f"there is no dimension for {had!r}")
