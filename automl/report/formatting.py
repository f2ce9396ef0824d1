"""How parameters, scores and times read: which ones to show, under which name, with how many digits."""

from collections.abc import Iterable, Mapping, Sequence

from automl.core import TrialRecord
from search_spaces import PRETRAINING, Value
from trials.metrics import METRICS


def differing(trials: Sequence[TrialRecord]) -> list[str]:
    """Names of the parameters that are not the same in all `trials`, in the order of the space."""
    names = dict.fromkeys(name for trial in trials for name in trial.params)
    return [name for name in names if len({trial.params.get(name) for trial in trials}) > 1]


def changed(params: Mapping[str, Value], default: Mapping[str, Value]) -> dict[str, Value]:
    """The parameters whose value is not the default's."""
    return {name: value for name, value in params.items() if default.get(name) != value}


def short_names(names: Iterable[str]) -> dict[str, str]:
    """The last part of each dotted name, or the whole name where two would read the same.

    What concerns the stage before classification keeps its name, so that the others, which every trial has, are short.
    """
    every = list(names)
    lasts = [name if PRETRAINING in name.split(".") else name.rpartition(".")[2] for name in every]
    return {name: last if lasts.count(last) == 1 else name for name, last in zip(every, lasts, strict=True)}


def listed(values: Mapping[str, Value]) -> str:
    """Parameters with their values in one line."""
    names = short_names(values)
    return ", ".join(f"{names[name]} {format_value(value)}" for name, value in values.items())


def format_value(value: Value | None) -> str:
    """A parameter's value with at most three digits that matter; a dash where a trial has no such parameter."""
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def format_seconds(seconds: float, digits: int = 0) -> str:
    """A duration as people say it: 42 s, 3 min 05 s, 2 h 10 min; `digits` are the decimals of less than a minute."""
    if round(seconds, digits) < 60:
        return f"{seconds:.{digits}f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def format_score(value: float | None, deviation: float | None = None) -> str:
    """A metric's value with three decimals, and its deviation where it is a mean; a dash where there is none."""
    if value is None:
        return "-"
    return f"{value:.3f}" if deviation is None else f"{value:.3f} ± {deviation:.3f}"


def format_measure(name: str, value: float | None) -> str:
    """The value of a metric or of a cost: a cost with three digits that matter, or with commas where it is a count."""
    if value is None or name in METRICS:
        return format_score(value)
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
