"""A space as the study that is resumed knows it, where a newer version, or its author, has changed it since."""

from collections.abc import Sequence
from dataclasses import replace

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial

from search_spaces import ALGORITHM, Choice, Dimension, FloatRange, IntRange, Space


def as_begun(space: Space, trials: Sequence[FrozenTrial]) -> tuple[Space, list[str]]:
    """`space` for going on with the study of `trials`, and a sentence for the user where that differs from it.

    Optuna takes no other options for a parameter than a study has had, so that these stay. A parameter that no trial
    has is new: it stays at its default, which is what the trials had before there was a choice. A parameter of an
    algorithm of which there is no trial may be anything.
    """
    dimensions = space.dimensions()
    stays: dict[str, Dimension] = {}
    for name, had in _asked(trials).items():
        if name in dimensions and not _is_compatible(dimensions[name], had):
            stays[name] = _dimension(had, dimensions[name])
    for name in _new(space, trials):
        default = dimensions[name].default
        stays[name] = Choice((default,), default)
    if stays.items() <= dimensions.items():
        return space, []
    changed = ", ".join(f"{name} ({dimension})" for name, dimension in stays.items())
    told = f"The space {space.name!r} has changed since the study began, which goes on as it was: {changed}"
    return replace(space, overrides={**space.overrides, **stays}), [told]


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
        case (FloatRange(), FloatDistribution()) | (IntRange(), IntDistribution()):
            return now.log == had.log
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
            options = had.choices
            return Choice(options, default if default in Choice(options, default) else options[0])
    raise TypeError(f"there is no dimension for {had!r}")
