"""The trials that this driver runs, and what the study, the files and the listeners get to know of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial

from optuna.trial import Trial, TrialState

from automl.checkpoints import CheckpointRetention
from automl.core import EFFECTS, Confirmation, Lineage, TrialEnded, TrialEvaluated, TrialStarted, TrialTaken
from automl.engine.pbt_successors import PbtSuccessors
from automl.engine.running_trial import RunningTrial, note_evaluation, note_members, resume_trial
from automl.engine.study_writes import StudyWrites
from automl.engine.trial_reporting import TrialReporter
from automl.storage import Study, attributes
from automl.storage.coordination import Driver
from trials.protocol import Evaluation, TrialEnd


class RunningTrials:
    """Takes up trials, notes what they report, and ends them by the rules in `EFFECTS`.

    It decides nothing: which trial begins, and which one ends when, is up to the trial manager. All methods that write
    are called within a transaction of `writes`, which `held` begins itself.

    Args:
        stored: the study in the database, which requeues preempted trials.
        driver: the registration of this process as a driver of the study.
        folders: the checkpoints of the trials.
        successors: population-based training.
        judge: reports evaluations to Optuna.
        metric: the first objective.
        writes: the transactions of the study, and what follows them.
    """

    def __init__(
        self,
        stored: Study,
        driver: Driver,
        folders: CheckpointRetention,
        successors: PbtSuccessors,
        judge: TrialReporter,
        metric: str,
        writes: StudyWrites,
    ) -> None:
        self._stored = stored
        self._driver = driver
        self._folders = folders
        self._successors = successors
        self._judge = judge
        self._metric = metric
        self._writes = writes
        self._running: dict[int, RunningTrial] = {}

    def __len__(self) -> int:
        return len(self._running)

    def __contains__(self, number: int) -> bool:
        return number in self._running

    def __getitem__(self, number: int) -> RunningTrial:
        return self._running[number]

    def __iter__(self) -> Iterator[int]:
        """Iterate over the numbers of the trials that run now, which may end meanwhile."""
        return iter(list(self._running))

    def take_up(self, trial: Trial, confirms: Confirmation | None = None, *, resumed: bool) -> RunningTrial:
        """Add a trial that begins, with what is left of an earlier attempt.

        Args:
            trial: the trial, which this driver has claimed.
            confirms: what it confirms; None if the search proposed it.
            resumed: whether it goes on from an earlier attempt.
        """
        step, number = None, trial.number
        if resumed:
            step = self._folders.bring(number, attributes.read_evaluations(trial.user_attrs))
        has_model = self._folders.has_model(number)
        running = resume_trial(self._judge, trial, self._metric, has_model=has_model, model_step=step)
        running.confirms = confirms
        self._running[number] = running
        return running

    def announce(self, running: RunningTrial, lineage: Lineage | None = None, *, resumed: bool) -> None:
        """Tell that a trial has begun, once its parameters are known.

        Args:
            running: the trial.
            lineage: its position in a population; None without one.
            resumed: whether it goes on from an earlier attempt.
        """
        trial = running.trial
        self._writes.announce(TrialStarted(trial.number, dict(trial.params), resumed, lineage, running.confirms))

    @contextmanager
    def held(self, number: int) -> Iterator[RunningTrial | None]:
        """Hold the claim on a trial during writes; yields None if it has ended, or another driver has taken it over."""
        running = self._running.get(number)
        if running is None:
            yield None
            return
        with self._driver.owning(number) as ours, self._writes.together():
            if not ours:
                del self._running[number]
                self._writes.follow(partial(self._folders.leave, number))
                self._writes.announce(TrialTaken(number))
            yield running if ours else None

    def note(self, running: RunningTrial, evaluation: Evaluation) -> None:
        """Store an evaluation of a trial, report it to Optuna, and let copies and successors follow.

        Args:
            running: the trial.
            evaluation: the evaluation.
        """
        number = running.trial.number
        if note_evaluation(running, evaluation, self._judge, self._metric):
            self._writes.announce(TrialEvaluated(number, evaluation, evaluation.metrics[self._metric]))
        self._writes.follow(partial(self._successors.keep, number, evaluation.step))
        self._writes.follow(partial(self._folders.copy, number, evaluation))

    def end(self, number: int, end: TrialEnd, cause: str) -> RunningTrial:
        """End a trial: first in the study, then its files, then the events.

        Args:
            number: number of the trial.
            end: how it ends.
            cause: why, for the user.

        Returns:
            The trial, which does not run any more.
        """
        running = self._running.pop(number)
        trial, effect, best = running.trial, EFFECTS[end], running.best
        trial.set_user_attr(attributes.END, end.value)
        trial.set_user_attr(attributes.CAUSE, cause[-attributes.LONGEST_CAUSE :])
        if running.cost is not None:
            trial.set_user_attr(attributes.COST, asdict(running.cost))
            note_members(running)
        if effect.state == "WAITING":
            self._writes.follow(partial(self._stored.requeue, number))
        else:
            self._judge.constrain(trial, running.metrics, trainable=not effect.infeasible)
            values = self._judge.values(running.metrics) if effect.state == "COMPLETE" else None
            trial.study.tell(trial, values, TrialState[effect.state])
        kept = best if running.confirms is None else None  # a model that confirms another is not handed over
        self._writes.follow(partial(self._folders.settle, number, end, kept, running.cost, trial.params))
        self._writes.follow(self._successors.tidy)
        self._writes.announce(TrialEnded(number, end, running.value, best, running.cost, cause))
        return running

    def abandon(self) -> None:
        """Forget all trials, and leave them in the study as they are."""
        self._running.clear()
