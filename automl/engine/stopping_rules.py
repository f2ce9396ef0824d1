"""When further trials will not pay."""

import math
from collections.abc import Sequence
from datetime import datetime
from statistics import fmean, stdev

from optuna.study import Study, StudyDirection
from optuna.trial import TrialState

from automl.hpo import violation_of
from automl.hpo.samplers import expected_improvement
from trials.protocol import TrialEnd

RECENT = 20
"""Completed trials that tell what the next ones will be like; before there are so many, nothing is known."""

AHEAD = 20
"""Trials to come that are to bring the least gain together."""


def promises_too_little(study: Study, least_gain: float | None) -> bool:
    """Whether the next trials of `study` are to bring less than `least_gain` together; never without one.

    Of one objective. Trials that break a constraint bring nothing, and say nothing.
    """
    if least_gain is None:
        return False
    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    done.sort(key=lambda trial: trial.datetime_complete or datetime.max)
    values = [trial.values[0] for trial in done if violation_of(trial) <= 0]
    gain = gain_ahead(values, maximize=study.direction == StudyDirection.MAXIMIZE)
    return gain is not None and gain < least_gain


def gain_ahead(values: Sequence[float], *, maximize: bool) -> float | None:
    """What the next `AHEAD` trials may improve the best value by, at most, on average; None while that cannot be told.

    They are taken for draws from a normal distribution like the last `RECENT` ones. The bound is the sum of what each
    is expected to gain alone, so it is never too small for that distribution.

    Args:
        values: of the completed trials, in the order in which they ended.
        maximize: whether larger values are better.
    """
    if len(values) < RECENT:
        return None
    losses = [-value if maximize else value for value in values]
    recent = losses[-RECENT:]
    spread = stdev(recent) * math.sqrt(1 + 1 / RECENT)  # their mean is only known so well
    return AHEAD * expected_improvement(min(losses) - fmean(recent), spread)


MOST_ERRORS = 5
"""A search in which nothing was ever evaluated gives up after this many errors."""

MOST_OUT_OF_MEMORY = 25
"""The same for trials for which there was no memory: a smaller one may yet fit."""


class FailureCounter:
    """Counts the trials that failed in a row, until one was evaluated."""

    def __init__(self) -> None:
        self._errors = self._out_of_memory = 0
        self.evaluated = False
        """Whether anything ever was."""

    def are_too_many_after(self, end: TrialEnd) -> bool:
        """Notes the end of a trial, and says whether the search is to give up."""
        if end == TrialEnd.ERROR:
            self._errors += 1
        elif end == TrialEnd.OUT_OF_MEMORY:
            self._out_of_memory += 1
        elif end != TrialEnd.PREEMPTED:
            self._errors = self._out_of_memory = 0
        return not self.evaluated and (self._errors >= MOST_ERRORS or self._out_of_memory >= MOST_OUT_OF_MEMORY)
