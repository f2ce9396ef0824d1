"""Starts and ends all trials. Ray Tune's searcher, scheduler and stopper only carry out its decisions."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from traceback import format_exc

from optuna.trial import Trial, TrialState

from automl.checkpoints import CheckpointRetention
from automl.core import (
    EFFECTS,
    Event,
    Lineage,
    SearchEnded,
    StopReason,
    TrialEnded,
    TrialEvaluated,
    TrialRecord,
    TrialStarted,
    TrialTaken,
)
from automl.engine.confirmation_phase import ConfirmationPhase
from automl.engine.open_study import OpenStudy
from automl.engine.pbt_successors import PbtSuccessors
from automl.engine.running_trial import RunningTrial, note_evaluation, note_members, resume_trial
from automl.engine.search_settings import SearchSettings
from automl.engine.stopping_rules import FailureCounter, promises_too_little
from automl.engine.study_writes import StudyWrites
from automl.engine.trial_jobs import JobMaker
from automl.engine.trial_queue import TrialQueue
from automl.engine.trial_reporting import TrialReporter
from automl.hpo import OptunaSuggest
from automl.storage import Study, attributes
from automl.storage.coordination import Driver
from search_spaces import Space
from trials.protocol import Evaluation, TrialEnd, TrialJob, TrialReport

MOST_LOSSES = 2
"""Retries of a trial whose worker died without any progress; after that, the trial itself counts as the cause."""

SECONDS_BETWEEN_ROUNDS = 2.0
"""Seconds between two checks for requests to stop and for trials of dead drivers."""


class TrialManager:
    """Starts, prunes and ends the trials of one study, by the rules in `EFFECTS`, and publishes events.

    Several drivers may share a study: each has its own manager, and every running trial belongs to one of them. A
    manager runs on one thread; only `stop` may be called from a signal handler.

    Any method may raise `WorkspaceError` if the database is lost permanently. Only `abandon` may be called after that.

    Args:
        opened: the study as Optuna sees it.
        stored: the same study in the database, which requeues preempted trials.
        driver: the registration of this process as a driver of the study.
        space: the space from which points are asked.
        rules: the settings and limits of the search.
        folders: the checkpoints of the trials.
        tell: receives each event after it is in the database.
        successors: population-based training; it does nothing with other pruners.
    """

    def __init__(
        self,
        opened: OpenStudy,
        stored: Study,
        driver: Driver,
        space: Space,
        rules: SearchSettings,
        folders: CheckpointRetention,
        tell: Callable[[Event], None],
        successors: PbtSuccessors,
    ) -> None:
        self._opened = opened
        self._study = opened.study
        self._judge = TrialReporter(opened, rules.goals, rules.validation_rows)
        self._jobs = JobMaker(rules, folders, successors)
        self.study = stored.name
        """Name of the study."""
        self._stored = stored
        self._driver = driver
        self._space = space
        self._rules = rules
        self._folders = folders
        self._tell = tell
        self._writes = StudyWrites(opened.mirror, tell)
        self._successors = successors
        self._queue = TrialQueue(opened, driver, space, successors, rules.trials)
        self._confirming = ConfirmationPhase(opened, stored, driver, rules.confirm, rules.deadline, self._is_kept)
        self._plateau = False
        self._running: dict[int, RunningTrial] = {}
        self._reason: StopReason | None = None
        self._closed: StopReason | None = None
        self._next_round = 0.0
        self._failures = FailureCounter()
        self.trouble = ""
        """Problem outside of all trials that ended the search, for the user; empty if there was none."""

    @property
    def over(self) -> bool:
        """Whether the search must end now, even if trials still run."""
        deadline = self._confirming.deadline
        if self._reason is None and deadline is not None and time.monotonic() >= deadline:
            self._reason = self._confirming.reason or StopReason.TIME
        return self._reason is not None

    @property
    def unconfirmed_because(self) -> str:
        """Why the best trials were not confirmed, for the user; empty if there is nothing to say."""
        return self._confirming.note

    @property
    def exhausted(self) -> bool:
        """Whether no trial will ever begin again: none is left to begin, and no running one may be requeued."""
        return self.over or self._is_searched()

    @property
    def running(self) -> int:
        """Number of running trials of this driver."""
        return len(self._running)

    def runs(self, number: int) -> bool:
        """Return whether this driver runs a trial, as far as it knows."""
        return number in self._running

    def stop(self, reason: StopReason) -> None:
        """Request the end of the search; the first `reason` is kept. Safe in a signal handler."""
        self._reason = self._reason or reason

    def check(self) -> None:
        """Check for requests to stop, and requeue the trials of dead drivers. Call it often; it limits its own rate."""
        if time.monotonic() < self._next_round:
            return
        self._next_round = time.monotonic() + SECONDS_BETWEEN_ROUNDS
        if self._driver.stop_requested:
            self.stop(StopReason.REQUESTED)
        self._driver.take_over()
        self._turn_to_confirmations()

    def begin(self, like: int | None = None) -> TrialJob | None:
        """Start the next trial, preempted or new, and return its job; None if no trial can begin now.

        Args:
            like: number of a running trial, if the new one is to have a model of the same shape. A space may give
                another shape all the same; the caller must then run the trial alone.
        """
        if self._plateau or not self._running:
            self._turn_to_confirmations()
        while not self.over:
            confirming = self._confirming.reason is not None
            if like is not None and (confirming or like not in self._running):
                return None
            with self._writes.together():
                trial = self._next_confirmation() if confirming else self._next(like)
                if trial is None:
                    return None
                resumed = attributes.END in trial.user_attrs
                running = self._running[trial.number] = self._take_up(trial, resumed=resumed)
                if confirming:
                    running.confirms = self._confirming.confirmed_by(trial)
                try:
                    point = self._space.ask(OptunaSuggest(trial))
                except Exception:  # a user's own space may raise anything: this ends the trial, not the search
                    self._announce_start(running, resumed=resumed)
                    self._end(trial.number, TrialEnd.ERROR, format_exc())
                    continue
                if resumed:
                    trial.set_user_attr(attributes.END, None)
                lineage = self._successors.join(trial, point)
                self._announce_start(running, lineage, resumed=resumed)
            return self._jobs.of(running, point)
        return None

    def _announce_start(self, running: RunningTrial, lineage: Lineage | None = None, *, resumed: bool) -> None:
        trial = running.trial
        self._writes.announce(TrialStarted(trial.number, dict(trial.params), resumed, lineage, running.confirms))

    def _next(self, like: int | None) -> Trial | None:
        return self._queue.next() if like is None else self._queue.next_like(self._running[like].trial)

    def _next_confirmation(self) -> Trial | None:
        trial = self._confirming.next()
        if trial is None and not self._running and self._confirming.is_done():
            self.stop(self._confirming.reason or StopReason.TIME)
        return trial

    def _turn_to_confirmations(self) -> None:
        """Confirm the best trials if no further point is to be tried; running trials wait for a resume then."""
        if self._confirming.reason is not None or self.over:
            return
        if self._plateau:
            reason = StopReason.PLATEAU
        elif self._confirming.is_due():
            reason = StopReason.TIME
        elif self._is_searched():
            reason = self._opened.why_done
        else:
            return
        self._end_outdated()
        if self._confirming.begin(reason):
            for number in list(self._running):
                self.put_back(number, "the best trials are confirmed")
        elif self._plateau:
            self.stop(reason)

    def _end_outdated(self) -> None:
        """End the confirmations of earlier searches whose trials are not among the best any more."""
        with self._writes.together():
            for trial in self._confirming.outdated():
                running = self._running[trial.number] = self._take_up(trial, resumed=False)
                confirms = running.confirms = self._confirming.confirmed_by(trial)
                self._announce_start(running, resumed=attributes.END in trial.user_attrs)
                cause = f"trial {confirms.trial} is not among the best any more"
                self._end(trial.number, TrialEnd.PRUNED, cause)

    def _is_searched(self) -> bool:
        """Return whether no further point can be tried, not even one of a trial that is requeued."""
        if self._confirming.reason is not None:
            return not self._running and self._confirming.is_done()
        return not self._running and self._opened.is_done(self._rules.trials) and not self._driver.waits_for_others()

    def _is_kept(self, trial: TrialRecord) -> bool:
        return self._folders.has_best(trial.number, trial.best, has_ended=trial.ended is not None)

    def may_share(self, number: int) -> bool:
        """Return whether a running trial may share its worker with others."""
        return number in self._running and self._queue.may_share(self._running[number].trial)

    def _take_up(self, trial: Trial, *, resumed: bool) -> RunningTrial:
        step = None
        if resumed:
            step = self._folders.bring(trial.number, attributes.read_evaluations(trial.user_attrs))
        has_model = self._folders.has_model(trial.number)
        return resume_trial(self._judge, trial, self._rules.goals.first.name, has_model=has_model, model_step=step)

    def record(self, number: int, report: TrialReport) -> bool:
        """Store a report of a trial, and decide whether the trial continues.

        Args:
            number: number of the trial.
            report: the report of its worker.

        Returns:
            Whether the trial continues; False also if it has ended before, or belongs to another driver now.
        """
        if report.evaluation is not None and number in self._running:
            self._folders.note(number, report.evaluation)
        with self._held(number) as running:
            if running is None:
                return False  # it ended before this report arrived
            running.cost = report.cost
            if report.evaluation is not None:
                self._note(running, report.evaluation)
                self._writes.follow(partial(self._successors.keep, number, report.evaluation.step))
                self._writes.follow(partial(self._folders.copy, number, report.evaluation))
            if report.end is not None:
                self._end(number, report.end, report.cause)
            elif running.confirms is None and (why := self._why_pruned(running, report.evaluation)):
                self._end(number, TrialEnd.PRUNED, why)
            return number in self._running

    def _why_pruned(self, running: RunningTrial, evaluation: Evaluation | None) -> str:
        if evaluation is not None and evaluation.sample_rows is not None:
            deadline = self._rules.deadline
            left = None if deadline is None else deadline - time.monotonic()
            return self._judge.why_outclassed(running.trial, evaluation, running.reported, left)
        return self._judge.why_hopeless(running.trial, evaluation, running.reported)

    def lose(self, number: int, cause: str, *, out_of_memory: bool = False) -> None:
        """Requeue a trial whose worker died, under the same number, or end it if its retries are used up.

        Progress of the trial resets its retries.

        Args:
            number: number of the trial.
            cause: the reason, for the user.
            out_of_memory: the worker was killed for memory; the trial then splits its batches into twice as many parts.
        """
        with self._held(number) as running:
            if running is None:
                return
            trial = running.trial
            losses = trial.user_attrs.get(attributes.LOSSES, 0) + 1
            trial.set_user_attr(attributes.LOSSES, losses)
            if out_of_memory:
                trial.set_user_attr(attributes.BATCH_PARTS, 2 * trial.user_attrs.get(attributes.BATCH_PARTS, 1))
            if losses <= MOST_LOSSES:
                self._end(number, TrialEnd.PREEMPTED, cause)
            elif out_of_memory:
                self._end(number, TrialEnd.OUT_OF_MEMORY, cause)
            else:
                self._end(number, TrialEnd.ERROR, f"its worker died {losses} times; the last time: {cause}")

    def put_back(self, number: int, cause: str) -> None:
        """Requeue a trial whose interruption is not its fault; this does not count as a retry.

        Args:
            number: number of the trial.
            cause: the reason, for the user.
        """
        self._end_held(number, TrialEnd.PREEMPTED, cause)

    def fail(self, number: int, cause: str) -> None:
        """End a trial whose code raised an exception, without a retry.

        Args:
            number: number of the trial.
            cause: the error, for the user.
        """
        self._end_held(number, TrialEnd.ERROR, cause)

    def refuse(self, number: int, cause: str) -> None:
        """End a trial that no device has memory for, before it starts on a worker.

        Args:
            number: number of the trial.
            cause: the reason, for the user.
        """
        self._end_held(number, TrialEnd.OUT_OF_MEMORY, cause)

    def halt(self, number: int, cause: str) -> None:
        """Stop the search and requeue a trial, because the disk rejected the trial's files.

        Args:
            number: number of the trial.
            cause: the error of the disk, which becomes `trouble`.
        """
        self.trouble = self.trouble or cause
        self.stop(StopReason.DISK)
        self.put_back(number, cause)

    def close(self) -> StopReason:
        """Requeue the running trials, end the search, and return the reason; a second call only returns the reason."""
        if self._closed:
            return self._closed
        self._closed = self._reason = self._reason or self._confirming.reason or self._opened.why_done
        for number in list(self._running):
            self.put_back(number, self._closed.value)
        self._tell(SearchEnded(self._closed))
        return self._closed

    def abandon(self) -> StopReason:
        """End the search without the database, which is lost. The running trials stay as they are until a resume."""
        self._running.clear()
        self._reason = StopReason.FAILED
        return self.close()

    @contextmanager
    def _held(self, number: int) -> Iterator[RunningTrial | None]:
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

    def _note(self, running: RunningTrial, evaluation: Evaluation) -> None:
        metric = self._rules.goals.first.name
        self._failures.evaluated = True
        if note_evaluation(running, evaluation, self._judge, metric):
            self._writes.announce(TrialEvaluated(running.trial.number, evaluation, evaluation.metrics[metric]))

    def _end_held(self, number: int, end: TrialEnd, cause: str) -> None:
        with self._held(number) as running:
            if running is not None:
                self._end(number, end, cause)

    def _end(self, number: int, end: TrialEnd, cause: str) -> None:
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
        is_proposed = end == TrialEnd.COMPLETED and running.confirms is None
        if is_proposed and promises_too_little(self._study, self._rules.least_gain):
            self._plateau = True
            if self._rules.confirm is None:
                self.stop(StopReason.PLATEAU)
        if self._failures.are_too_many_after(end):
            self.stop(StopReason.FAILED)
