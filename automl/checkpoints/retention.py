"""Which models and training states of a study stay on disk: the study's checkpoint budget."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from automl.checkpoints.remote_store import FileKind, StoredCopy
from automl.checkpoints.replication import NoReplication
from automl.checkpoints.saved_steps import SavedSteps
from automl.core import DEFAULT_TRIAL, EFFECTS, Constraint, Goals, Objective, TrialRecord, goals_of, keeps_model
from automl.selection import Standing, in_order_of_worth, standing
from trials.files import ENCODER, FACTS
from trials.hub import CONFIG
from trials.protocol import BUDGET_STEPS, Cost, Evaluation, TrialEnd

NOTHING = -1
"""The step of what is not here, before all others."""


def holds_model(folder: Path) -> bool:
    """Whether a trial's model lies in `folder`; one that is there is whole, as it is swapped in as a whole.

    But an encoder that it links to may be gone.
    """
    if (folder / ENCODER).is_dir() and not all(file.is_file() for file in (folder / ENCODER).iterdir()):
        return False
    return any((folder / name).is_file() for name in (CONFIG, FACTS))


@dataclass
class CheckpointRetention:
    """The folders of a study's trials in one workspace.

    Of the trials that were completed or stopped early the `keep` best keep their models, in the order in which a winner
    is chosen: one that is stopped because it overfits had its best model before. Of several objectives, the Pareto
    front comes first. Trial 0 keeps its own. Trials that run
    or wait keep theirs, with the training state from which they go on.

    `model` and `state` give the folders of a trial, which need not exist; `steps` has when they were saved. What is
    kept is kept in `copies` too, and comes from there where it is not here; `encoder` tells where the encoder of a
    trial's model lies.
    """

    model: Callable[[int], Path]
    state: Callable[[int], Path]
    steps: SavedSteps
    keep: int
    metric: str
    maximize: bool
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    copies: NoReplication = field(default_factory=NoReplication)
    encoder: Callable[[TrialRecord], Path | None] = lambda trial: None
    _standings: dict[int, Standing] = field(default_factory=dict)

    @property
    def goals(self) -> Goals:
        """By what models are held against each other."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)

    def has_model(self, number: int) -> bool:
        """Whether the trial has a whole model here, of whatever step."""
        return holds_model(self.model(number))

    def has_best(self, number: int, best: Evaluation | None, *, has_ended: bool = True) -> bool:
        """Whether the model here is that of the trial's best evaluation: another driver may have gone on with it.

        Of a trial that has not ended it may be of a later one, of which a driver that was killed could not tell.
        """
        if best is None or not self.has_model(number):
            return False
        noted = self.steps.of(number, FileKind.MODEL)
        return noted is None or noted == best.step or (not has_ended and noted > best.step)

    def note(self, number: int, evaluation: Evaluation) -> None:
        """Notes at which step a trial has saved what is here. To be done before the study hears of it."""
        if kinds := _saved_at(evaluation):
            self.steps.note(number, *kinds, step=evaluation.step)

    def copy(self, number: int, evaluation: Evaluation) -> None:
        """Has the files copied that a running trial has saved; it waits for our answer, and replaces none meanwhile."""
        for kind in _saved_at(evaluation):
            if self._folder(number, kind).is_dir():
                self.copies.keep(StoredCopy(number, kind, evaluation.step), self._folder(number, kind))

    def bring(self, number: int, evaluations: Sequence[Evaluation]) -> int | None:
        """Brings what an unfinished trial goes on from, where a copy is newer than what is here.

        A state is of use only with a model that is as good as the one that it had.

        Returns:
            The step of the model that is here then; None if there is none, or if all that is known of it is that it is.
        """
        here = self.steps.of(number, FileKind.MODEL) if self.has_model(number) else NOTHING
        if here is None:
            return None
        self.copies.look()
        here = self._bring_newest(number, FileKind.MODEL, here)
        self._keep_copy(number, FileKind.MODEL, here)

        def fits(step: int) -> bool:
            return all(each.step <= here for each in evaluations if each.is_best and each.step <= step)

        state = self.steps.of(number, FileKind.STATE) if self.state(number).is_dir() else NOTHING
        if state is not None:
            if not fits(state):
                shutil.rmtree(self.state(number), ignore_errors=True)
                state = NOTHING
            self._keep_copy(number, FileKind.STATE, self._bring_newest(number, FileKind.STATE, state, fits))
        return None if here == NOTHING else here

    def leave(self, number: int) -> None:
        """Another driver has taken the trial over, and writes what is to be kept of it."""
        self.copies.leave(number)

    def bring_best(self, trial: TrialRecord) -> bool:
        """Whether the model of a trial's best evaluation is here, or could be brought."""
        if self.has_best(trial.number, trial.best, has_ended=trial.ended is not None):
            return True
        if (
            trial.best is None
            or (copy := StoredCopy(trial.number, FileKind.MODEL, trial.best.step)) not in self.copies.there
        ):
            return False
        if not self.copies.bring(copy, self.model(trial.number), self.encoder(trial)):
            return False
        self.steps.note(trial.number, FileKind.MODEL, step=copy.step)
        return True

    def settle(self, number: int, end: TrialEnd, best: Evaluation | None, cost: Cost | None) -> None:
        """Removes what the end of a trial has made superfluous. `best` is the evaluation of its best model."""
        if end == TrialEnd.PREEMPTED:
            return
        shutil.rmtree(self.state(number), ignore_errors=True)
        self.copies.drop(number, FileKind.STATE)
        if number == DEFAULT_TRIAL:
            return
        if not EFFECTS[end].keeps_checkpoint or best is None:
            self._remove(number)
            return
        if not self.has_best(number, best):
            return  # what is not here takes no place among those that are kept
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
            if keeps_model(trial.number, trial.end) and trial.number in copied and not self.bring_best(trial):
                self._drop_older(trial)
            if trial.number in copied or self.model(trial.number).exists() or self.state(trial.number).exists():
                self.settle(trial.number, trial.end, trial.best, trial.cost)
        for trial in trials:
            if trial.ended is not None or trial.end == TrialEnd.PREEMPTED:
                self._copy_missing(trial)

    def _drop_older(self, trial: TrialRecord) -> None:
        """Of a trial that has ended, only the model of its best evaluation is of use."""
        if trial.best is None or StoredCopy(trial.number, FileKind.MODEL, trial.best.step) not in self.copies.there:
            self.copies.drop(trial.number, FileKind.MODEL)

    def _copy_missing(self, trial: TrialRecord) -> None:
        for kind in FileKind:
            step, folder = self.steps.of(trial.number, kind), self._folder(trial.number, kind)
            if step is None or not folder.is_dir():
                continue
            if kind == FileKind.MODEL and trial.ended is not None and not self.has_best(trial.number, trial.best):
                continue
            copy = StoredCopy(trial.number, kind, step)
            if copy not in self.copies.there:
                self.copies.keep(copy, folder)
            else:
                self.copies.keep_only(copy)

    def _bring_newest(
        self, number: int, kind: FileKind, above: int, fits: Callable[[int], bool] = lambda step: True
    ) -> int:
        """Brings the newest copy that is of a step `above` that one and can be brought; says of which step it is."""
        steps = {copy.step for copy in self.copies.there if (copy.number, copy.kind) == (number, kind)}
        for step in sorted(filter(fits, steps), reverse=True):
            if step > above and self.copies.bring(StoredCopy(number, kind, step), self._folder(number, kind), None):
                self.steps.note(number, kind, step=step)
                return step
        return above

    def _keep_copy(self, number: int, kind: FileKind, step: int) -> None:
        """Of a trial that goes on from `step`, newer copies would be taken for those of what is yet to come."""
        if step == NOTHING:
            self.copies.drop(number, kind)
        else:
            self.copies.keep_only(StoredCopy(number, kind, step))

    def _folder(self, number: int, kind: FileKind) -> Path:
        return self.model(number) if kind == FileKind.MODEL else self.state(number)

    def _remove(self, number: int) -> None:
        shutil.rmtree(self.model(number), ignore_errors=True)
        self.steps.forget(number)
        self.copies.drop(number, FileKind.MODEL)


def _saved_at(evaluation: Evaluation) -> tuple[FileKind, ...]:
    """What a trial saves at an evaluation."""
    model = (FileKind.MODEL,) if evaluation.is_best else ()
    return (*model, FileKind.STATE) if evaluation.step < BUDGET_STEPS else model
