"""Retention of checkpoints: which models and training states of a study stay on disk."""

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from automl.checkpoints.no_replication import NoReplication
from automl.checkpoints.remote_store import FileKind, StoredCopy
from automl.checkpoints.saved_steps import SavedSteps
from automl.core import DEFAULT_TRIAL, EFFECTS, Goals, TrialRecord, keeps_model
from automl.selection import Standing, in_order_of_worth, is_default, standing
from search_spaces import ALGORITHM, Value
from trials.files import ENCODER, FACTS
from trials.hub import CONFIG
from trials.protocol import BUDGET_STEPS, Cost, Evaluation, TrialEnd

NOTHING = -1
"""Step of files that do not exist; it is lower than all steps."""


def holds_model(folder: Path) -> bool:
    """Return whether `folder` holds a trial's model that can be loaded.

    A model is written atomically, so one that exists is complete. The encoder to which it links may be missing.
    """
    if (folder / ENCODER).is_dir() and not all(file.is_file() for file in (folder / ENCODER).iterdir()):
        return False
    return any((folder / name).is_file() for name in (CONFIG, FACTS))


@dataclass
class CheckpointRetention:
    """The checkpoints of a study's trials in one workspace, and the rule which of them are kept.

    Of the trials that were completed or stopped early, the `keep` best keep their models, ranked as for the choice of
    the winner; with several objectives, the Pareto front comes first. So do the best trial of each algorithm and the
    best of all that run a default point, with which reports compare the winner. Trial 0 always keeps its model. Trials
    that run or wait keep their models and training states. What is kept is also kept in `copies`, and is fetched from
    there if it is missing locally.

    Attributes:
        model: returns the folder of a trial's model, by number; it need not exist.
        state: returns the folder of a trial's training state, by number; it need not exist.
        steps: record of the steps at which these were saved.
        keep: number of best models to keep, whatever their algorithms.
        goals: the objectives and constraints by which models are compared.
        copies: the replication of the files; by default there is none.
        encoder: returns the folder of the encoder that a trial's model links to; None if there is none.
        defaults: the default point of each algorithm of the space.
    """

    model: Callable[[int], Path]
    state: Callable[[int], Path]
    steps: SavedSteps
    keep: int
    goals: Goals
    copies: NoReplication = field(default_factory=NoReplication)
    encoder: Callable[[TrialRecord], Path | None] = lambda trial: None
    defaults: Collection[Mapping[str, Value]] = ()
    _standings: dict[int, Standing] = field(default_factory=dict)
    _params: dict[int, Mapping[str, Value]] = field(default_factory=dict)

    def has_model(self, number: int) -> bool:
        """Return whether trial `number` has a complete model in the workspace, of any step."""
        return holds_model(self.model(number))

    def has_best(self, number: int, best: Evaluation | None, *, has_ended: bool = True) -> bool:
        """Return whether the model in the workspace is that of the trial's best evaluation.

        It may be older if another driver has continued the trial in its own workspace.

        Args:
            number: number of the trial.
            best: the best evaluation; None: the trial has none, and the result is False.
            has_ended: False also accepts the model of a later step, which a driver may have saved before it was
                killed and could report the evaluation.
        """
        if best is None or not self.has_model(number):
            return False
        noted = self.steps.of(number, FileKind.MODEL)
        return noted is None or noted == best.step or (not has_ended and noted > best.step)

    def note(self, number: int, evaluation: Evaluation) -> None:
        """Record the step at which a trial saved its files. Call it before the evaluation is written to the study.

        Args:
            number: number of the trial.
            evaluation: the evaluation at which the files were saved.
        """
        if kinds := _saved_at(evaluation):
            self.steps.note(number, *kinds, step=evaluation.step)

    def copy(self, number: int, evaluation: Evaluation) -> None:
        """Request copies of the files that a running trial saved. The trial must not replace them during this call.

        Args:
            number: number of the trial.
            evaluation: the evaluation at which the files were saved.
        """
        for kind in _saved_at(evaluation):
            if self._folder(number, kind).is_dir():
                self.copies.keep(StoredCopy(number, kind, evaluation.step), self._folder(number, kind))

    def bring(self, number: int, evaluations: Sequence[Evaluation]) -> int | None:
        """Fetch the files from which an unfinished trial continues, where a copy is newer than the local files.

        A training state is used only if the model is at least as new as the best one up to the state's step;
        otherwise it is deleted.

        Args:
            number: number of the trial.
            evaluations: the trial's evaluations so far.

        Returns:
            The step of the local model afterwards; None if there is no model or its step is unknown.
        """
        local_step = self.steps.of(number, FileKind.MODEL) if self.has_model(number) else NOTHING
        if local_step is None:
            return None
        self.copies.refresh()
        local_step = self._bring_newest(number, FileKind.MODEL, local_step)
        self._keep_copy(number, FileKind.MODEL, local_step)

        def fits(step: int) -> bool:
            return all(each.step <= local_step for each in evaluations if each.is_best and each.step <= step)

        state = self.steps.of(number, FileKind.STATE) if self.state(number).is_dir() else NOTHING
        if state is not None:
            if not fits(state):
                shutil.rmtree(self.state(number), ignore_errors=True)
                state = NOTHING
            self._keep_copy(number, FileKind.STATE, self._bring_newest(number, FileKind.STATE, state, fits))
        return None if local_step == NOTHING else local_step

    def leave(self, number: int) -> None:
        """Cancel the copies of trial `number`, because another driver has taken it over."""
        self.copies.leave(number)

    def bring_best(self, trial: TrialRecord) -> bool:
        """Return whether the best model of `trial` is in the workspace; fetch its copy if it is not."""
        if self.has_best(trial.number, trial.best, has_ended=trial.ended is not None):
            return True
        if (
            trial.best is None
            or (copy := StoredCopy(trial.number, FileKind.MODEL, trial.best.step)) not in self.copies.existing
        ):
            return False
        if not self.copies.bring(copy, self.model(trial.number), self.encoder(trial)):
            return False
        self.steps.note(trial.number, FileKind.MODEL, step=copy.step)
        return True

    def settle(
        self,
        number: int,
        end: TrialEnd,
        best: Evaluation | None,
        cost: Cost | None,
        params: Mapping[str, Value] = MappingProxyType({}),
    ) -> None:
        """Remove the files that are not needed after the end of a trial.

        Args:
            number: number of the trial.
            end: the kind of its end; a preempted trial keeps all files.
            best: the evaluation of its best model; None if it has none.
            cost: its cost, which the ranking uses; None if it is unknown.
            params: its parameters, which tell its algorithm and whether it is a default.
        """
        if end == TrialEnd.PREEMPTED:
            return
        shutil.rmtree(self.state(number), ignore_errors=True)
        self.copies.drop(number, FileKind.STATE)
        if not EFFECTS[end].keeps_checkpoint or best is None:
            self._remove(number)
            return
        if not self.has_best(number, best):
            return  # a missing model does not count among those that are kept
        self._standings[number], self._params[number] = standing(number, best, cost, self.goals), params
        for superfluous in self._standings.keys() - self._needed():
            del self._standings[superfluous], self._params[superfluous]
            self._remove(superfluous)

    def _needed(self) -> set[int]:
        """Return the numbers of the settled trials whose models are kept."""
        others = {number: own for number, own in self._standings.items() if number != DEFAULT_TRIAL}
        by_standing = sorted(self._standings, key=self._standings.__getitem__)
        algorithms: dict[Value | None, int] = {}
        for number in by_standing:
            algorithms.setdefault(self._params[number].get(ALGORITHM), number)
        defaults = [each for each in by_standing if is_default(each, self._params[each], self.defaults)]
        return {DEFAULT_TRIAL, *in_order_of_worth(others)[: self.keep], *algorithms.values(), *defaults[:1]}

    def sweep(self, trials: Sequence[TrialRecord]) -> None:
        """Apply the retention rule to all trials again, because a driver may have died before it removed files.

        Kept files without a copy are copied. Missing models with a copy are fetched, but not for trials that run or
        wait.

        Args:
            trials: all trials of the study.
        """
        self.copies.refresh()
        copied = {copy.number for copy in self.copies.existing}
        for trial in trials:
            if trial.ended is None or trial.end is None:
                continue
            if keeps_model(trial.number, trial.end) and trial.number in copied and not self.bring_best(trial):
                self._drop_older(trial)
            if trial.number in copied or self.model(trial.number).exists() or self.state(trial.number).exists():
                best = trial.best if trial.confirms is None else None  # no model that confirms another is kept
                self.settle(trial.number, trial.end, best, trial.cost, trial.params)
        for trial in trials:
            if trial.ended is not None or trial.end == TrialEnd.PREEMPTED:
                self._copy_missing(trial)

    def _drop_older(self, trial: TrialRecord) -> None:
        """Remove the model copies of an ended trial if none of them is of its best evaluation."""
        if trial.best is None or StoredCopy(trial.number, FileKind.MODEL, trial.best.step) not in self.copies.existing:
            self.copies.drop(trial.number, FileKind.MODEL)

    def _copy_missing(self, trial: TrialRecord) -> None:
        for kind in FileKind:
            step, folder = self.steps.of(trial.number, kind), self._folder(trial.number, kind)
            if step is None or not folder.is_dir():
                continue
            if kind == FileKind.MODEL and trial.ended is not None and not self.has_best(trial.number, trial.best):
                continue
            copy = StoredCopy(trial.number, kind, step)
            if copy not in self.copies.existing:
                self.copies.keep(copy, folder)
            else:
                self.copies.keep_only(copy)

    def _bring_newest(
        self, number: int, kind: FileKind, above: int, fits: Callable[[int], bool] = lambda step: True
    ) -> int:
        """Fetch the newest readable copy of a step greater than `above`, and return its step; `above` if none."""
        steps = {copy.step for copy in self.copies.existing if (copy.number, copy.kind) == (number, kind)}
        for step in sorted(filter(fits, steps), reverse=True):
            if step > above and self.copies.bring(StoredCopy(number, kind, step), self._folder(number, kind), None):
                self.steps.note(number, kind, step=step)
                return step
        return above

    def _keep_copy(self, number: int, kind: FileKind, step: int) -> None:
        """Remove the other copies of a trial that continues from `step`: newer ones would pass for future steps."""
        if step == NOTHING:
            self.copies.drop(number, kind)
        else:
            self.copies.keep_only(StoredCopy(number, kind, step))

    def _folder(self, number: int, kind: FileKind) -> Path:
        return self.model(number) if kind == FileKind.MODEL else self.state(number)

    def _remove(self, number: int) -> None:
        """Remove the model of a trial, unless it is trial 0, which keeps its model whatever its end."""
        if number == DEFAULT_TRIAL:
            return
        shutil.rmtree(self.model(number), ignore_errors=True)
        self.steps.forget(number)
        self.copies.drop(number, FileKind.MODEL)


def _saved_at(evaluation: Evaluation) -> tuple[FileKind, ...]:
    """Return the kinds of files that a trial saves at an evaluation."""
    model = (FileKind.MODEL,) if evaluation.is_best else ()
    return (*model, FileKind.STATE) if evaluation.saves_state and evaluation.step < BUDGET_STEPS else model
