"""Starts and ends all trials. Ray Tune's searcher, scheduler and stopper only carry out its decisions."""

import time
from collections.abc import Callable
from traceback import format_exc

from optuna.trial import Trial

from automl.checkpoints import CheckpointRetention
from automl.core import Event, SearchEnded, StopReason, TrialRecord
from automl.engine.confirmation_phase import ConfirmationPhase
from automl.engine.open_study import OpenStudy
from automl.engine.pbt_successors import PbtSuccessors
from automl.engine.running_trial import note_loss
from automl.engine.running_trials import RunningTrials
from automl.engine.search_end import SearchEnd
from automl.engine.search_settings import SearchSettings
from automl.engine.study_writes import StudyWrites
from automl.engine.trial_jobs import JobMaker
from automl.engine.trial_queue import TrialQueue
from automl.engine.trial_reporting import TrialReporter
from automl.hpo import OptunaSuggest
from automl.storage import Study, attributes
from automl.storage.coordination import Driver
from search_spaces import Space
from trials.protocol import TrialEnd, TrialJob, TrialReport

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
        self._judge = TrialReporter(opened, rules.goals, rules.validation_rows)
        self._jobs = JobMaker(rules, folders, successors)
        self.study = stored.name
        """Name of the study."""
        self._driver = driver
        self._space = space
        self._rules = rules
        self._folders = folders
        self._tell = tell
        self._writes = StudyWrites(opened.mirror, tell)
        self._successors = successors
        self._running = RunningTrials(
            stored, driver, folders, successors, self._judge, rules.goals.first.name, self._writes
        )
        self._queue = TrialQueue(opened, driver, space, successors, rules.trials)
        self._confirming = ConfirmationPhase(opened, stored, driver, rules.confirm, rules.deadline, self._is_kept)
        self._end_of_search = SearchEnd(opened, driver, rules, self._confirming)
        self._closed: StopReason | None = None
        self._next_round = 0.0
        self.trouble = ""
        """Problem outside of all trials that ended the search, for the user; empty if there was none."""

    @property
    def over(self) -> bool:
        """Whether the search must end now, even if trials still run."""
        return self._end_of_search.has_come()

    @property
    def unconfirmed_because(self) -> str:
        """Why the best trials were not confirmed, for the user; empty if there is nothing to say."""
        return self._confirming.note

    @property
    def exhausted(self) -> bool:
        """Whether no trial will ever begin again: none is left to begin, and no running one may be requeued."""
        return self.over or self._end_of_search.is_searched(len(self._running))

    @property
    def running(self) -> int:
        """Number of running trials of this driver."""
        return len(self._running)

    def runs(self, number: int) -> bool:
        """Return whether this driver runs a trial, as far as it knows."""
        return number in self._running

    def stop(self, reason: StopReason) -> None:
        """Request the end of the search; the first `reason` is kept. Safe in a signal handler."""
        self._end_of_search.request(reason)

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
        if self._end_of_search.promises_little or not self._running:
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
                confirms = self._confirming.confirmed_by(trial) if confirming else None
                running = self._running.take_up(trial, confirms, resumed=resumed)
                try:
                    point = self._space.ask(OptunaSuggest(trial))
                except Exception:  # a user's own space may raise anything: this ends the trial, not the search
                    self._running.announce(running, resumed=resumed)
                    self._finish(trial.number, TrialEnd.ERROR, format_exc())
                    continue
                if resumed:
                    trial.set_user_attr(attributes.END, None)
                lineage = self._successors.join(trial, point)
                self._running.announce(running, lineage, resumed=resumed)
            return self._jobs.of(running, point)
        return None

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
        reason = self._end_of_search.why_searched(len(self._running))
        if reason is None:
            return
        self._end_outdated()
        if self._confirming.begin(reason):
            for number in self._running:
                self.end(number, TrialEnd.PREEMPTED, "the best trials are confirmed")
        elif self._end_of_search.promises_little:
            self.stop(reason)

    def _end_outdated(self) -> None:
        """End the confirmations of earlier searches whose trials are not among the best any more."""
        with self._writes.together():
            for trial in self._confirming.outdated():
                confirms = self._confirming.confirmed_by(trial)
                running = self._running.take_up(trial, confirms, resumed=False)
                self._running.announce(running, resumed=attributes.END in trial.user_attrs)
                cause = f"trial {confirms.trial} is not among the best any more"
                self._finish(trial.number, TrialEnd.PRUNED, cause)

    def _is_kept(self, trial: TrialRecord) -> bool:
        return self._folders.has_best(trial.number, trial.best, has_ended=trial.ended is not None)

    def may_share(self, number: int) -> bool:
        """Return whether a running trial may share its worker with others."""
        return number in self._running and self._queue.may_share(self._running[number].trial)

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
        with self._running.held(number) as running:
            if running is None:
                return False  # it ended before this report arrived
            running.cost = report.cost
            if report.evaluation is not None:
                self._end_of_search.note_evaluation()
                self._running.note(running, report.evaluation)
            if report.end is not None:
                self._finish(number, report.end, report.cause)
            elif running.confirms is None:
                deadline = self._rules.deadline
                why = self._judge.why_pruned(running.trial, report.evaluation, running.reported, deadline)
                if why:
                    self._finish(number, TrialEnd.PRUNED, why)
            return number in self._running

    def lose(self, number: int, cause: str, *, out_of_memory: bool = False) -> None:
        """Requeue a trial whose worker died, under the same number, or end it if its retries are used up.

        Progress of the trial resets its retries.

        Args:
            number: number of the trial.
            cause: the reason, for the user.
            out_of_memory: the worker was killed for memory; the trial then splits its batches into twice as many parts.
        """
        with self._running.held(number) as running:
            if running is not None:
                self._finish(number, *note_loss(running, cause, out_of_memory=out_of_memory))

    def end(self, number: int, end: TrialEnd, cause: str) -> None:
        """End a trial from outside, unless it has ended before, or belongs to another driver now.

        Args:
            number: number of the trial.
            end: `PREEMPTED` requeues it, and does not count as a retry: the interruption is not its fault. `ERROR` is
                for an exception of its code, `OUT_OF_MEMORY` for a trial that no device has memory for.
            cause: the reason, for the user.
        """
        with self._running.held(number) as running:
            if running is not None:
                self._finish(number, end, cause)

    def halt(self, number: int, cause: str) -> None:
        """Stop the search and requeue a trial, because the disk rejected the trial's files.

        Args:
            number: number of the trial.
            cause: the error of the disk, which becomes `trouble`.
        """
        self.trouble = self.trouble or cause
        self.stop(StopReason.DISK)
        self.end(number, TrialEnd.PREEMPTED, cause)

    def close(self) -> StopReason:
        """Requeue the running trials, end the search, and return the reason; a second call only returns the reason."""
        if self._closed:
            return self._closed
        self._closed = self._end_of_search.settle()
        for number in self._running:
            self.end(number, TrialEnd.PREEMPTED, self._closed.value)
        self._tell(SearchEnded(self._closed))
        return self._closed

    def abandon(self) -> StopReason:
        """End the search without the database, which is lost. The running trials stay as they are until a resume."""
        self._running.abandon()
        self._end_of_search.overrule(StopReason.FAILED)
        return self.close()

    def _finish(self, number: int, end: TrialEnd, cause: str) -> None:
        """End a running trial within a transaction, and apply the rules that stop a search."""
        self._end_of_search.note_end(self._running.end(number, end, cause), end)
