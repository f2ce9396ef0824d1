"""What the choice of the algorithm knows of each algorithm."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial

from automl.hpo.samplers.algorithms.history import Outcome
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
        losses: the latest losses (smaller is better) of its trials, of running ones once their speed is known.
        ended: number of ended trials, those without any loss included.
        running: number of running trials.
        spent: seconds of all trials, of running ones until their last evaluation.
        full: mean seconds of a trial of the full budget; None while that is unknown.
    """

    losses: Sequence[float] = ()
    ended: int = 0
    running: int = 0
    spent: float = 0.0
    full: float | None = None

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
        return self.spent / self.ended if self.ended else self.full


def results_of(
    outcomes: Mapping[int, Outcome], running: Sequence[FrozenTrial], loss: Callable[[int], float | None]
) -> AlgorithmResults:
    """Return the results of one algorithm.

    Args:
        outcomes: the outcomes of its ended trials, by number.
        running: its running trials.
        loss: returns the latest loss of a trial, by number; None if it has none.
    """
    paces = {trial.number: pace for trial in running if (pace := _pace(trial)) is not None}
    ended = [value for number in outcomes if (value := loss(number)) is not None and math.isfinite(value)]
    so_far = [value for number in paces if (value := loss(number)) is not None and math.isfinite(value)]
    full = [each.seconds for each in outcomes.values() if each.is_complete] or [total for total, _ in paces.values()]
    return AlgorithmResults(
        losses=(*ended, *so_far),
        ended=len(outcomes),
        running=len(running),
        spent=sum(each.seconds for each in outcomes.values()) + sum(spent for _, spent in paces.values()),
        full=sum(full) / len(full) if full else None,
    )


def _pace(trial: FrozenTrial) -> tuple[float, float] | None:
    """Return the total seconds of a running trial, projected from its speed, and those until now; None if unknown."""
    scored = attributes.read_evaluations(trial.user_attrs)
    if not scored or scored[-1].step < FIRST_RUNG or scored[-1].fold is not None:
        return None
    return scored[-1].seconds * BUDGET_STEPS / scored[-1].step, scored[-1].seconds
