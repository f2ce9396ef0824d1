"""Formats parameters, scores and times for reports: which to show, with which name and how many digits."""

import math
from collections.abc import Iterable, Mapping, Sequence

from automl.core import TrialRecord
from search_spaces import PRETRAINING, Value
from trials.tasks import KNOWN_METRICS, ORDINAL, REGRESSION, Task

MOST_LABELS = 100
"""Maximum number of labels that a card names one by one."""

SMALL, TINY, LARGE = 1e-2, 1e-6, 1e4
"""Scores between the first and the last are shown with three decimals."""


def differing(trials: Sequence[TrialRecord]) -> list[str]:
    """Return the names of the parameters that are not the same in all `trials`, in the order of the space."""
    names = dict.fromkeys(name for trial in trials for name in trial.params)
    return [name for name in names if len({trial.params.get(name) for trial in trials}) > 1]


def changed(params: Mapping[str, Value], default: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parameters that differ from the default.

    Args:
        params: parameters by name.
        default: parameters of the default configuration, by name; a missing one counts as different.
    """
    return {name: value for name, value in params.items() if default.get(name) != value}


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return the last part of each dotted name of `names`, or the whole name where two would be equal.

    Parameters of the pretraining stage keep the whole name, so that those of the classifier can be short.
    """
    every = list(names)
    lasts = [name if PRETRAINING in name.split(".") else name.rpartition(".")[2] for name in every]
    return {name: last if lasts.count(last) == 1 else name for name, last in zip(every, lasts, strict=True)}


def listed(values: Mapping[str, Value]) -> str:
    """Return parameters and `values` as one line."""
    names = short_names(values)
    return ", ".join(f"{names[name]} {format_value(value)}" for name, value in values.items())


def format_value(value: Value | None) -> str:
    """Return the `value` of a parameter, floats with three significant digits; `-` for None: no such parameter."""
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def format_seconds(seconds: float, digits: int = 0) -> str:
    """Return a duration as text: `42 s`, `3 min 05 s` or `2 h 10 min`.

    Args:
        seconds: the duration.
        digits: number of decimals of durations below a minute.
    """
    if round(seconds, digits) < 60:
        return f"{seconds:.{digits}f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def format_score(value: float | None, deviation: float | None = None) -> str:
    """Return a metric with three decimals, and its `deviation` if it is a mean over folds; `-` if `value` is None.

    Small ones have three significant digits and large ones four, as errors have the unit of the labels.
    """
    if value is None:
        return "-"
    return " ± ".join(_alike([value] if deviation is None else [value, deviation]))


def format_gain(gain: float, low: float, high: float) -> tuple[str, str]:
    """Return a signed difference of scores and its interval, such as `+0.010` and `95% interval -0.002 to +0.021`.

    All have as many decimals as the largest of them needs.

    Args:
        gain: the difference.
        low: the lower end of its 95% interval.
        high: the upper end.
    """
    shown, *ends = _alike([gain, low, high], "+")
    return shown, f"95% interval {' to '.join(ends)}"


def _alike(values: Sequence[float], sign: str = "") -> list[str]:
    """Return `values` with the digits that the largest needs, without zeros at the end of all."""
    largest = max(map(abs, values))
    if largest != 0.0 and not TINY <= largest < LARGE:
        return [f"{value:{sign}.4g}" for value in values]
    decimals = 3 if largest == 0.0 or largest >= SMALL else 2 - math.floor(math.log10(largest))
    texts = [f"{value:{sign}.{decimals}f}" for value in values]
    for _ in range(decimals - 3):
        if all(text.endswith("0") for text in texts):
            texts = [text[:-1] for text in texts]
    return texts


def format_measure(name: str, value: float | None) -> str:
    """Return the value of a metric or a cost as text.

    Args:
        name: name of the metric or cost.
        value: a metric gets three decimals; a cost gets three significant digits, or no decimals and thousands
            separators from 1000 on; None gives `-`.
    """
    if value is None or name in KNOWN_METRICS:
        return format_score(value)
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def format_energy(kwh: float) -> str:
    """Return energy with three digits, and whose it is: `0.0123 kWh of the driver's machine while trials ran`.

    Args:
        kwh: the energy in kWh, as `codecarbon` found it.
    """
    return f"{kwh:.3g} kWh of the driver's machine while trials ran (codecarbon)"


def described(task: Task, label_names: Sequence[str]) -> str:
    """Return what a model is, as a sentence that ends with what it gives.

    Args:
        task: its task.
        label_names: names of its outputs.
    """
    if task is REGRESSION:
        return f"A model that gives texts a number: `{label_names[0]}`."
    labels = ", ".join(f"`{label}`" for label in label_names[:MOST_LABELS])
    if len(label_names) > MOST_LABELS:
        labels += f" and {len(label_names) - MOST_LABELS} more"
    order = ", which have an order from low to high" if task is ORDINAL else ""
    return f"A text classifier with {len(label_names)} labels{order}: {labels}."
