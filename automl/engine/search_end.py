"""Decides when a search tries no further point and when it ends, and why."""

import time

from automl.core import StopReason
from automl.engine.confirmation_phase import ConfirmationPhase
from automl.engine.open_study import OpenStudy
from automl.engine.running_trial import RunningTrial
from automl.engine.search_settings import SearchSettings
from automl.engine.stopping_rules import FailureCounter, promises_too_little
from automl.storage.coordination import Driver
from trials.protocol import TrialEnd


class SearchEnd:
    """Applies the limits of a search and the rules that stop it. The first reason counts.

    Args:
        opened: the study as Optuna sees it.
        driver: the registration of this process as a driver of the study.
        rules: the settings and limits of the search.
        confirming: the last phase of the search, which has a deadline of its own.
    """

    def __init__(self, opened: OpenStudy, driver: Driver, rules: SearchSettings, confirming: ConfirmationPhase) -> None:
        self._opened = opened
        self._driver = driver
        self._rules = rules
        self._confirming = confirming
        self._failures = FailureCounter()
        self._reason: StopReason | None = None
        self.promises_little = False
        """Whether the next trials are expected to gain too little, so that no further point is tried."""

    def has_come(self) -> bool:
        """Return whether the search must end now, even if trials still run."""
        deadline = self._confirming.deadline
        if self._reason is None and deadline is not None and time.monotonic() >= deadline:
            self._reason = self._confirming.reason or StopReason.TIME
        return self._reason is not None

    def request(self, reason: StopReason) -> None:
        """Request the end of the search; the first `reason` is kept. Safe in a signal handler."""
        self._reason = self._reason or reason

    def overrule(self, reason: StopReason) -> None:
        """End the search for `reason`, whatever was requested before."""
        self._reason = reason

    def settle(self) -> StopReason:
        """End the search, and return why: what was requested, or else that no further point is left to be tried."""
        self._reason = self._reason or self._confirming.reason or self._opened.why_done
        return self._reason

    def is_searched(self, running: int) -> bool:
        """Return whether no further point can be tried, not even one of a trial that is requeued.

        Args:
            running: number of running trials of this driver.
        """
        if running:
            return False
        if self._confirming.reason is not None:
            return self._confirming.is_done()
        return self._opened.is_done(self._rules.trials) and not self._driver.waits_for_others()

    def why_searched(self, running: int) -> StopReason | None:
        """Return why the search turns to its confirmations now; None if further points are to be tried.

        Args:
            running: number of running trials of this driver.
        """
        if self.promises_little:
            return StopReason.PLATEAU
        if self._confirming.is_due():
            return StopReason.TIME
        return self._opened.why_done if self.is_searched(running) else None

    def note_evaluation(self) -> None:
        """Note that a trial was evaluated, so that failures do not end the search any more."""
        self._failures.evaluated = True

    def note_end(self, trial: RunningTrial, end: TrialEnd) -> None:
        """Apply the stopping rules after a trial has ended.

        Args:
            trial: the trial.
            end: how it has ended.
        """
        is_proposed = end == TrialEnd.COMPLETED and trial.confirms is None
        if is_proposed and promises_too_little(self._opened.study, self._rules.least_gain):
            self.promises_little = True
            if self._rules.confirm is None:
                self.request(StopReason.PLATEAU)
        if self._failures.are_too_many_after(end):
            self.request(StopReason.FAILED)
