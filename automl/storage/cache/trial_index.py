"""The trials of one study in memory, with all that is looked up in them and that would else be searched for."""

from typing import Protocol

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState


class TrialIndex(Protocol):
    """What follows the trials of a study, so that nobody has to go through all of them for it."""

    def note(self, trial: FrozenTrial) -> None:
        """Takes in a trial that is new, or may have another state or other system attributes than before."""
        ...


class TrialCache:
    """Trials in the order of their numbers, without a gap."""

    def __init__(self) -> None:
        self.all: list[FrozenTrial] = []
        self.unfinished: set[int] = set()
        self.distributions: dict[str, BaseDistribution] = {}
        """How each parameter was drawn when it was first met."""
        self._numbers: dict[int, int] = {}
        self._indices: list[TrialIndex] = []

    def __contains__(self, trial_id: int) -> bool:
        return trial_id in self._numbers

    def __getitem__(self, trial_id: int) -> FrozenTrial:
        return self.all[self._numbers[trial_id]]

    @property
    def last_id(self) -> int:
        """The id of the last one, or -1."""
        return self.all[-1]._trial_id if self.all else -1

    @property
    def begun(self) -> int:
        """How many run or have ended."""
        return len(self.all) - sum(self[trial_id].state == TrialState.WAITING for trial_id in self.unfinished)

    def keep(self, index: TrialIndex) -> None:
        """Has `index` follow the trials from now on."""
        for trial in self.all:
            index.note(trial)
        self._indices.append(index)

    def take(self, trial: FrozenTrial) -> bool:
        """Puts a trial in its place. False for one beyond a gap: the trial before it is just being written."""
        if trial.number > len(self.all):
            return False
        if trial.number == len(self.all):
            self.all.append(trial)
        else:
            self.all[trial.number] = trial
        self._numbers[trial._trial_id] = trial.number
        for name, distribution in trial.distributions.items():
            self.distributions.setdefault(name, distribution)
        self.note(trial)
        return True

    def note(self, trial: FrozenTrial) -> None:
        """Hears that the state or a system attribute of a trial in its place has changed."""
        if trial.state.is_finished():
            self.unfinished.discard(trial._trial_id)
        else:
            self.unfinished.add(trial._trial_id)
        for index in self._indices:
            index.note(trial)
