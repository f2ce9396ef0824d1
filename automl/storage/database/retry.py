"""Retries with exponential back-off during an outage of the database, so that no trial's report is lost."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from automl.core import WorkspaceError, next_pause
from automl.storage.database.database_errors import DATABASE_ERRORS, as_workspace_error, is_passing, reason

Result = TypeVar("Result")

FIRST_WAIT = 0.25
LONGEST_WAIT = 15.0
"""Seconds between two attempts, which double from the first to the longest."""

LONGEST_SLEEP = 0.25
"""Seconds between two calls of `given_up` while waiting."""


class _Suspension(threading.local):
    """Whether retries are suspended in this thread, because it is within `run_as_one`."""

    is_on = False


class RetryPolicy:
    """Retries an operation until the database answers, with pauses that double from 0.25 to 15 seconds.

    Args:
        say: receives a message when the wait begins, and one when it is over.
        given_up: returns True to end the wait; it is polled every 0.25 seconds.
    """

    def __init__(self, say: Callable[[str], None], given_up: Callable[[], bool]) -> None:
        self._say = say
        self._given_up = given_up
        self._suspension = _Suspension()

    @property
    def exhausted(self) -> bool:
        """Whether the wait is given up."""
        return self._given_up()

    def run(self, work: Callable[[], Result], again: Callable[[], Result] | None = None) -> Result:
        """Run an operation, and retry it after a transient failure.

        Args:
            work: the operation.
            again: replaces `work` in retries, as the first attempt may have succeeded without a reply; None: `work`.

        Returns:
            The result of the attempt that succeeded.

        Raises:
            WorkspaceError: the failure is permanent, or the wait was given up.
        """
        try:
            return work()
        except DATABASE_ERRORS as error:
            if self._suspension.is_on:
                raise
            self._judge(error)
            failure: Exception = error
        self._say(
            f"The database of studies does not answer ({reason(failure)}). The search waits until it answers again."
        )
        result = self._wait_for(again or work)
        self._say("The database of studies answers again.")
        return result

    def run_as_one(self, work: Callable[[], Result]) -> Result:
        """Run `work`, and repeat all of it after a transient failure, instead of the single call that failed."""

        def once() -> Result:
            self._suspension.is_on = True
            try:
                return work()
            finally:
                self._suspension.is_on = False

        return self.run(once)

    def _wait_for(self, work: Callable[[], Result]) -> Result:
        seconds = 0.0
        while True:
            seconds = next_pause(seconds, FIRST_WAIT, LONGEST_WAIT)
            if self._sleep(seconds):
                raise WorkspaceError("the database of studies did not answer, and waiting for it was given up")
            try:
                return work()
            except DATABASE_ERRORS as error:
                self._judge(error)

    def _judge(self, error: Exception) -> None:
        """Raise a `WorkspaceError` if the error is permanent or the wait was given up."""
        if not is_passing(error):
            raise as_workspace_error(error) from error
        if self._given_up():
            raise as_workspace_error(error) from error

    def _sleep(self, seconds: float) -> bool:
        """Sleep, and return whether the wait was given up meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._given_up():
                return True
            time.sleep(min(left, LONGEST_SLEEP))
        return self._given_up()


def no_retry() -> RetryPolicy:
    """Return a policy without retries: the first failure is raised."""
    return RetryPolicy(lambda _: None, lambda: True)
