"""Which models and training states of a study stay on disk: the study's checkpoint budget."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automl.copies.copies import Copies
from automl.copies.place import Copy, Kind
from automl.goals import Constraint, Goals, Objective, goals_of
from automl.search.contract import DEFAULT_TRIAL, EFFECTS, keeps_model
from automl.storage.records import TrialRecord
from automl.winner.standing import Standing, in_order_of_worth, standing
from trials.classifiers import ENCODER, FACTS
from trials.pretrained.location import CONFIG
from trials.record import BUDGET_STEPS, Cost, Evaluation, TrialEnd


def holds_model(folder: Path) -> bool:
    """Whether a trial's model lies in `folder`; one that is there is whole, as it is swapped in as a whole.

    But an encoder that it links to may be gone.
    """
    if (folder / ENCODER).is_dir() and not all(file.is_file() for file in (folder / ENCODER).iterdir()):
        return False
    return any((folder / name).is_file() for name in (CONFIG, FACTS))


@dataclass
class TrialFolders:
    """The folders of a study's trials in one workspace.

    Of the trials that were completed or stopped early the `keep` best keep their models, in the order in which a winner
    is chosen: one that is stopped because it overfits had its best model before. Of several objectives, the Pareto
    front comes first. Trial 0 keeps its own. Trials that run
    or wait keep theirs, with the training state from which they go on.

    `model` and `state` give the folders of a trial, which need not exist. What is kept is kept in `copies` too, and
    comes from there where it is not here; `encoder` tells where the encoder of a trial's model lies.
    """

    model: Callable[[int], Path]
    state: Callable[[int], Path]
    keep: int
    metric: str
    maximize: bool
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    copies: Copies = field(default_factory=Copies)
    encoder: Callable[[TrialRecord], Path | None] = lambda trial: None
    _standings: dict[int, Standing] = field(default_factory=dict)

    @property
    def goals(self) -> Goals:
        """By what models are held against each other."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)

    def has_model(self, number: int) -> bool:
        """Whether the trial has a whole model here."""
        return holds_model(self.model(number))

    def copy(self, number: int, evaluation: Evaluation) -> None:
        """Has the files copied that a running trial has saved; it waits for our answer, and replaces none meanwhile."""
        is_new = {Kind.MODEL: evaluation.is_best, Kind.STATE: evaluation.step < BUDGET_STEPS}
        for kind, folder in self._folders(number).items():
            if is_new[kind] and folder.is_dir():
                self.copies.keep(Copy(number, kind, evaluation.step), folder)

    def bring(self, number: int) -> None:
        """Brings what an unfinished trial goes on from, if it is not here: somebody else may have begun it."""
        if self.has_model(number):
            return
        self.copies.look()
        for kind, folder in self._folders(number).items():
            found = sorted(copy for copy in self.copies.there if (copy.number, copy.kind) == (number, kind))
            if not any(self.copies.bring(copy, folder, None) for copy in reversed(found)):
                return

    def bring_model(self, trial: TrialRecord) -> bool:
        """Whether the model of a trial that has ended is here, or could be brought."""
        if self.has_model(trial.number):
            return True
        if trial.best is None or (copy := Copy(trial.number, Kind.MODEL, trial.best.step)) not in self.copies.there:
            return False
        return self.copies.bring(copy, self.model(trial.number), self.encoder(trial))

    def settle(self, number: int, end: TrialEnd, best: Evaluation | None, cost: Cost | None) -> None:
        """Removes what the end of a trial has made superfluous. `best` is the evaluation of its best model."""
        if end == TrialEnd.PREEMPTED:
            return
        shutil.rmtree(self.state(number), ignore_errors=True)
        self.copies.drop(number, Kind.STATE)
        if number == DEFAULT_TRIAL:
            return
        if not EFFECTS[end].keeps_checkpoint or best is None:
            self._remove(number)
            return
        self._standings[number] = standing(number, best, cost, self.goals)
        while len(self._standings) > self.keep:
            worst = in_order_of_worth(self._standings)[-1]
            del self._standings[worst]
            self._remove(worst)

    def sweep(self, trials: Sequence[TrialRecord]) -> None:
        """Settles every trial that has ended, again: a driver may have died before it could remove what it had to.

        What is kept here and has no copy is copied; what has a copy and is not here is brought, but for trials that
        still run or wait.
        """
        self.copies.look()
        copied = {copy.number for copy in self.copies.there}
        for trial in trials:
            if trial.ended is None or trial.end is None:
                continue
            if keeps_model(trial.number, trial.end):
                self.bring_model(trial)
            if trial.number in copied or self.model(trial.number).exists() or self.state(trial.number).exists():
                self.settle(trial.number, trial.end, trial.best, trial.cost)
        for trial in trials:
            if trial.best is not None and (trial.ended is not None or trial.end == TrialEnd.PREEMPTED):
                self._copy_missing(Copy(trial.number, Kind.MODEL, trial.best.step), self.model(trial.number))
                self._copy_missing(Copy(trial.number, Kind.STATE, trial.evaluations[-1].step), self.state(trial.number))

    def _folders(self, number: int) -> dict[Kind, Path]:
        return {Kind.MODEL: self.model(number), Kind.STATE: self.state(number)}

    def _copy_missing(self, copy: Copy, folder: Path) -> None:
        if copy not in self.copies.there and folder.is_dir():
            self.copies.keep(copy, folder)

    def _remove(self, number: int) -> None:
        shutil.rmtree(self.model(number), ignore_errors=True)
        self.copies.drop(number, Kind.MODEL)
