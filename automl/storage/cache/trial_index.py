"""The trials of one study in memory, with indices for lookups that would otherwise scan all trials."""

from typing import Protocol

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import bindparam, or_, select

from automl.storage.attributes import CONFIRMS
from automl.storage.database import TRIALS

NEW_OR_NAMED = (
    select(TRIALS.c.trial_id, TRIALS.c.number, TRIALS.c.state, TRIALS.c.study_id)
    .where(or_(TRIALS.c.trial_id > bindparam("last"), TRIALS.c.trial_id.in_(bindparam("named", expanding=True))))
    .order_by(TRIALS.c.trial_id)
)
"""Query for the trials that were created after the one with the id `last`, and for those in `named`, of any study. The
study is not in the condition, because SQLite would then scan all of its trials.

Without the study in the condition: SQLite would go by it, and through all of the study's trials.
"""


class TrialIndex(Protocol):
    """An index that is updated with each changed trial, so that no lookup scans all trials."""

    def note(self, trial: FrozenTrial) -> None:
        """Update the index by a trial that is new, or whose state or system attributes may have changed."""
        ...


class TrialCache:
    """Trials in the order of their numbers, without a gap.

    Trials that confirm others are kept apart: they are neither counted nor in an index, so that samplers, pruners and
    limits know nothing of them.
    """

    def __init__(self) -> None:
        self.all: list[FrozenTrial] = []
        self.confirmations: set[int] = set()
        """Numbers of the trials that confirm others."""
        self.unfinished: set[int] = set()
        self.distributions: dict[str, BaseDistribution] = {}
        """The distribution of each parameter in the first trial that has it."""
        self._numbers: dict[int, int] = {}
        self._indices: list[TrialIndex] = []

    def __contains__(self, trial_id: int) -> bool:
        return trial_id in self._numbers

    def __getitem__(self, trial_id: int) -> FrozenTrial:
        return self.all[self._numbers[trial_id]]

    @property
    def last_id(self) -> int:
        """Id of the last trial, or -1."""
        return self.all[-1]._trial_id if self.all else -1

    @property
    def begun(self) -> int:
        """Number of trials that run or have ended."""
        unfinished = (self[trial_id] for trial_id in self.unfinished)
        waiting = sum(each.state == TrialState.WAITING and each.number not in self.confirmations for each in unfinished)
        return len(self.all) - len(self.confirmations) - waiting

    @property
    def proposed(self) -> list[FrozenTrial]:
        """The trials that confirm no other."""
        if not self.confirmations:
            return self.all
        return [trial for trial in self.all if trial.number not in self.confirmations]

    def keep(self, index: TrialIndex) -> None:
        """Register `index`, and add all present trials to it."""
        for trial in self.proposed:
            index.note(trial)
        self._indices.append(index)

    def take(self, trial: FrozenTrial) -> bool:
        """Add or replace a trial.

        Returns:
            False for a trial after a gap in the numbers: the one before it is still being written.
        """
        if trial.number > len(self.all):
            return False
        if trial.number == len(self.all):
            self.all.append(trial)
        else:
            self.all[trial.number] = trial
        self._numbers[trial._trial_id] = trial.number
        if CONFIRMS in trial.user_attrs:
            self.confirmations.add(trial.number)
        for name, distribution in trial.distributions.items():
            self.distributions.setdefault(name, distribution)
        self.note(trial)
        return True

    def note(self, trial: FrozenTrial) -> None:
        """Update the indices after the state or a system attribute of a cached trial has changed."""
        if trial.state.is_finished():
            self.unfinished.discard(trial._trial_id)
        else:
            self.unfinished.add(trial._trial_id)
        if trial.number in self.confirmations:
            return
        for index in self._indices:
            index.note(trial)
