"""What the choice of the algorithm knows of each algorithm."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from optuna.trial import FrozenTrial

from automl.hpo.samplers.algorithms.history import EndedTrials, members_of
from automl.hpo.samplers.algorithms.upper_tail import MOST_EXCESSES
from automl.storage import attributes
from trials.protocol import BUDGET_STEPS

FIRST_RUNG = BUDGET_STEPS // 9
"""Step from which the speed of a running trial is known; the first evaluation includes its start."""

MOST_FAILURES = 3
"""After this many failures without any result, an algorithm is not tried again while there are others."""


@dataclass(frozen=True)
class AlgorithmResults:
    """The results of one algorithm.

    Attributes:
        losses: the latest losses (smaller is better) of its trials, of running ones once their speed is known or a
            model of a sample has one; of many ended ones only the best, as many as `upper_tail` reads.
        ended: number of ended trials, those without any loss included.
        running: number of running trials.
        spent: seconds of all trials, of running ones until their last evaluation.
        full: mean duration of a trial of the full budget in seconds; None while that is unknown.
        members: mean number of trials among which the time of a running one is divided.
    """

    losses: Sequence[float] = ()
    ended: int = 0
    running: int = 0
    spent: float = 0.0
    full: float | None = None
    members: float = 1.0

    @property
    def workers(self) -> float:
        """Number of workers that the running trials take."""
        return self.running / self.members

    @property
    def is_hopeless(self) -> bool:
        """Whether several trials have ended, and none has a loss."""
        return not self.losses and self.ended >= MOST_FAILURES

    @property
    def draws(self) -> int:
        """Number of trials that have ended or run."""
        return self.ended + self.running

    @property
    def best(self) -> float:
        """The smallest loss; there must be one."""
        return min(self.losses)

    @property
    def mean_cost(self) -> float | None:
        """Mean seconds of a trial, however it ends; None while that is unknown.

        It is the time of all trials, also of those that have not ended, over the number of ends: the maximum
        likelihood estimate of the mean of exponential durations of which some are censored. The mean of the ended ones
        would be too small, as short trials end first.
        """
        if self.ended:
            return self.spent / self.ended
        return None if self.full is None else self.full / self.members


def results_of(
    ended: EndedTrials,
    running: Sequence[FrozenTrial],
    so_far: Callable[[FrozenTrial], float | None],
    losses: Sequence[float] | None = None,
) -> AlgorithmResults:
    """Return the results of one algorithm.

    Args:
        ended: its ended trials.
        running: its running trials.
        so_far: returns the latest loss of a running trial; None if it has none.
        losses: the losses of the ended trials; None for the first objective.
    """
    paces = [(trial, pace) for trial in running if (pace := _pace(trial)) is not None]
    told = [trial for trial, _ in paces] + [trial for trial in running if _is_of_sample(trial)]
    latest = [value for trial in told if (value := so_far(trial)) is not None and math.isfinite(value)]
    projected = [total for _, (total, _) in paces]
    if ended.complete:
        full: float | None = ended.complete_seconds / ended.complete
    else:
        full = fmean(projected) if projected else None
    return AlgorithmResults(
        losses=(*(ended.first_losses.entries[: MOST_EXCESSES + 1] if losses is None else losses), *latest),
        ended=len(ended.outcomes),
        running=len(running),
        spent=ended.seconds + sum(spent for _, (_, spent) in paces),
        full=full,
        members=fmean(map(members_of, running)) if running else 1.0,
    )


def _is_of_sample(trial: FrozenTrial) -> bool:
    """Return whether the latest model of a running trial was fitted to a sample of the training rows."""
    scored = attributes.read_evaluations(trial.user_attrs)
    return bool(scored) and scored[-1].sample_rows is not None


def _pace(trial: FrozenTrial) -> tuple[float, float] | None:
    """Return the duration of a running trial, projected from its speed, and its part of the time until now.

    The result is None if its speed is unknown, as that of a model of a sample: its time went into features.
    """
    scored = attributes.read_evaluations(trial.user_attrs)
    if not scored or scored[-1].step < FIRST_RUNG or scored[-1].fold is not None or scored[-1].sample_rows is not None:
        return None
    last = scored[-1]
    return last.seconds * BUDGET_STEPS / last.step, last.seconds / members_of(trial)
