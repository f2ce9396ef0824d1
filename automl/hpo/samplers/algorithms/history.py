"""What each algorithm of a study has shown: its trials, their losses and their costs, kept up to date cheaply."""

import math
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from optuna.trial import FrozenTrial, TrialState

from automl.hpo.objective_history import last_losses, violation_of
from automl.storage import attributes
from automl.storage.cache import SortedEntries
from search_spaces import ALGORITHM, Value

Losses = tuple[float, ...]


@dataclass(frozen=True)
class Outcome:
    """What an ended trial has brought, and what it has cost.

    Attributes:
        losses: its losses, smaller is better; None if it has none, or violates a constraint.
        seconds: its part of the time of its worker, without work that later trials reuse.
        duration: the same without a division among the members of a pack.
        is_complete: whether it reached its full budget.
    """

    losses: Losses | None
    seconds: float
    duration: float
    is_complete: bool


class EndedTrials:
    """The ended trials of one algorithm in the order of their numbers, their outcomes, and sums of these.

    Attributes:
        trials: the trials.
        outcomes: the outcomes by number.
        first_losses: the finite first losses of the trials, ascending.
        seconds: seconds of all trials.
        complete: number of completed trials.
        complete_seconds: their durations.
    """

    def __init__(self) -> None:
        self.trials: list[FrozenTrial] = []
        self.outcomes: dict[int, Outcome] = {}
        self.first_losses: SortedEntries[float] = SortedEntries()
        self.seconds = self.complete_seconds = 0.0
        self.complete = 0

    def put(self, trial: FrozenTrial, outcome: Outcome) -> None:
        """Add a trial, or replace it."""
        self.drop(trial.number)
        insort(self.trials, trial, key=_number)
        self.outcomes[trial.number] = outcome
        first = math.inf if outcome.losses is None else outcome.losses[0]
        self.first_losses.put(trial.number, first if math.isfinite(first) else None)
        self._count(outcome, 1)

    def drop(self, number: int) -> None:
        """Remove a trial, which runs after all: the transaction of its end has failed."""
        outcome = self.outcomes.pop(number, None)
        if outcome is not None:
            del self.trials[bisect_left(self.trials, number, key=_number)]
            self.first_losses.put(number, None)
            self._count(outcome, -1)

    def _count(self, outcome: Outcome, times: int) -> None:
        self.seconds += times * outcome.seconds
        if outcome.is_complete:
            self.complete += times
            self.complete_seconds += times * outcome.duration


class AlgorithmHistory:
    """The whole history of a study by algorithm, as an index of its cached storage.

    Each ended trial is read once, so nothing is forgotten and a long study costs little more than a short one. It
    depends only on the trials in the study, so that several drivers and a resumed search see the same.

    Args:
        algorithms: the algorithms of the space; trials of others are ignored.
        signs: factors that turn values into losses, as in `SingleStudyStorage`.
    """

    def __init__(self, algorithms: Iterable[Value], signs: Losses) -> None:
        self._ended = {algorithm: EndedTrials() for algorithm in algorithms}
        self._signs = signs
        self._living: dict[int, FrozenTrial] = {}

    def note(self, trial: FrozenTrial) -> None:
        """Update the index with the current state of `trial`."""
        if not trial.state.is_finished():
            self._living[trial.number] = trial
            for ended in self._ended.values():
                ended.drop(trial.number)
            return
        self._living.pop(trial.number, None)
        algorithm = trial.params.get(ALGORITHM)
        if algorithm in self._ended:
            self._ended[algorithm].put(trial, self._outcome(trial))

    def trials(self, algorithm: Value) -> list[FrozenTrial]:
        """Return all trials of an algorithm, ended or not, in the order of their numbers."""
        found = list(self._ended[algorithm].trials)
        for trial in self._living.values():
            if trial.params.get(ALGORITHM) == algorithm:
                insort(found, trial, key=_number)
        return found

    def running(self, algorithm: Value, besides: int) -> list[FrozenTrial]:
        """Return the running trials of an algorithm.

        Args:
            algorithm: the algorithm.
            besides: number of a trial that is left out.
        """
        living = (self._living[number] for number in sorted(self._living) if number != besides)
        return [
            trial for trial in living if trial.state == TrialState.RUNNING and trial.params.get(ALGORITHM) == algorithm
        ]

    def ended(self, algorithm: Value) -> EndedTrials:
        """Return the ended trials of an algorithm; do not modify them."""
        return self._ended[algorithm]

    def has_begun(self, algorithm: Value, besides: int) -> bool:
        """Return whether any trial has the algorithm, whatever its state.

        Args:
            algorithm: the algorithm.
            besides: number of a trial that is left out.
        """
        others = (trial for number, trial in self._living.items() if number != besides)
        return bool(self._ended[algorithm].trials) or any(each.params.get(ALGORITHM) == algorithm for each in others)

    def _outcome(self, trial: FrozenTrial) -> Outcome:
        losses = last_losses(trial, self._signs) if violation_of(trial) <= 0 else None
        duration = _duration(trial)
        return Outcome(losses, duration / members_of(trial), duration, trial.state == TrialState.COMPLETE)


def _number(trial: FrozenTrial) -> int:
    return trial.number


def members_of(trial: FrozenTrial) -> float:
    """Return the mean number of trials that shared the time of `trial`, itself included."""
    return max(1.0, float(trial.user_attrs.get(attributes.MEMBERS, 1.0)))


def _duration(trial: FrozenTrial) -> float:
    """Return the seconds of a trial, without work that later trials reuse."""
    cost = trial.user_attrs.get(attributes.COST)
    if cost:  # includes all attempts, while Optuna knows the start of the last one only
        return float(cost["seconds"] - cost.get("shared_seconds", 0.0))
    return 0.0 if trial.duration is None else trial.duration.total_seconds()
