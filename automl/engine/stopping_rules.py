"""Rules that end a search: no further gain is expected, or too many trials failed."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import fmean, stdev
from typing import TypeAlias

from optuna.study import Study, StudyDirection
from optuna.trial import TrialState

from automl.core import DEFAULT_TRIAL
from automl.hpo import violation_of
from automl.hpo.samplers import expected_improvement
from trials.protocol import TrialEnd

RECENT = 20
"""Number of latest completed trials from which the next ones are predicted; with fewer there is no prediction."""

AHEAD = 20
"""Number of future trials whose total expected gain is compared with the least gain."""


PairedError: TypeAlias = Callable[[int, int], float | None]
"""Returns the standard error of the difference in the objective of two models on the same validation rows, given the
numbers of their trials; None if it is unknown."""


def promises_too_little(study: Study, least_gain: float | PairedError | None) -> bool:
    """Return whether the next `AHEAD` trials together are expected to gain less than `least_gain`.

    Trials that violate a constraint are ignored.

    Args:
        study: a study of one objective.
        least_gain: the least improvement of the objective; a function gives it as the standard error of the difference
            between the best trial and trial 0, or the second best one. If None, or unknown, the result is False.
    """
    if least_gain is None:
        return False
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    done.sort(key=lambda trial: trial.datetime_complete or datetime.max)
    able, maximize = [trial for trial in done if violation_of(trial) <= 0], study.direction == StudyDirection.MAXIMIZE
    gain = gain_ahead([trial.values[0] for trial in able], maximize=maximize)
    if gain is None:
        return False
    if callable(least_gain):
        best_first = sorted(able, key=lambda trial: (-trial.values[0] if maximize else trial.values[0], trial.number))
        best, *others = (trial.number for trial in best_first)
        error = least_gain(best, others[0] if best == DEFAULT_TRIAL else DEFAULT_TRIAL)
        return error is not None and gain < error
    return gain < least_gain


def gain_ahead(values: Sequence[float], *, maximize: bool) -> float | None:
    """Return an upper bound of the expected improvement of the best value by the next `AHEAD` trials.

    The model is a normal distribution, fitted to the last `RECENT` values. The bound is the sum of the expected
    improvements of single trials, so it is never too small for that distribution.

    Args:
        values: values of the completed trials, in the order in which they ended.
        maximize: whether larger values are better.

    Returns:
        None if there are fewer than `RECENT` values.
    """
    if len(values) < RECENT:
        return None
    losses = [-value if maximize else value for value in values]
    recent = losses[-RECENT:]
    spread = stdev(recent) * math.sqrt(1 + 1 / RECENT)  # their mean is uncertain, too
    return AHEAD * expected_improvement(min(losses) - fmean(recent), spread)


MOST_ERRORS = 5
"""Errors in a row after which a search without any evaluation gives up."""

MOST_OUT_OF_MEMORY = 25
"""Limit for trials that ran out of memory; it is higher because a smaller trial may still fit."""


class FailureCounter:
    """Counts the trials that failed in a row, for a search that has not evaluated any trial yet."""

    def __init__(self) -> None:
        self._errors = self._out_of_memory = 0
        self.evaluated = False
        """Whether any trial was ever evaluated."""

    def are_too_many_after(self, end: TrialEnd) -> bool:
        """Count the `end` of a trial, and return whether the search must give up."""
        if end == TrialEnd.ERROR:
            self._errors += 1
        elif end == TrialEnd.OUT_OF_MEMORY:
            self._out_of_memory += 1
        elif end != TrialEnd.PREEMPTED:
            self._errors = self._out_of_memory = 0
        return not self.evaluated and (self._errors >= MOST_ERRORS or self._out_of_memory >= MOST_OUT_OF_MEMORY)
