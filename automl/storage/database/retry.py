"""Waiting for a database that is away, rather than losing what a trial has to tell."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from automl.core import WorkspaceError
from automl.storage.database.database_errors import DATABASE_ERRORS, as_workspace_error, is_passing, reason

Result = TypeVar("Result")

FIRST_WAIT = 0.25
LONGEST_WAIT = 15.0
"""Seconds between two tries, which double from the first to the longest."""

LONGEST_SLEEP = 0.25
"""So often is `given_up` asked while waiting, in seconds."""


class _Suspension(threading.local):
    """Whether this thread repeats nothing at present, because it is within a larger piece of work."""

    is_on = False


class RetryPolicy:
    """Repeats a piece of work until the database answers.

    Args:
        say: is told in one sentence that the waiting begins, and in one that it is over.
        given_up: True ends the wait.
    """

    def __init__(self, say: Callable[[str], None], given_up: Callable[[], bool]) -> None:
        self._say = say
        self._given_up = given_up
        self._suspension = _Suspension()

    @property
    def exhausted(self) -> bool:
        """Whether nobody waits any more."""
        return self._given_up()

    def run(self, work: Callable[[], Result], again: Callable[[], Result] | None = None) -> Result:
        """What `work` gives. After a failure that passes, `again` is tried (default: `work`).

        They differ where a lost try may have done its work before its answer was lost.

        Raises:
            WorkspaceError: the failure does not pass by itself, or the wait was given up.
        """
        try:
            return work()
        except DATABASE_ERRORS as error:
            if self._suspension.is_on:
                raise
            self._judge(error)
            failure: Exception = error
        self._say(f"The database of studies does not answer ({reason(failure)}). Waiting until it is back.")
        result = self._wait_for(again or work)
        self._say("The database of studies is back.")
        return result

    def run_as_one(self, work: Callable[[], Result]) -> Result:
        """What `work` gives, which is repeated from its beginning, and not from the call within it that failed."""

        def once() -> Result:
            self._suspension.is_on = True
            try:
                return work()
            finally:
                self._suspension.is_on = False

        return self.run(once)

    def _wait_for(self, work: Callable[[], Result]) -> Result:
        seconds = FIRST_WAIT
        while True:
            failure = self._sleep(seconds)
            seconds = min(2 * seconds, LONGEST_WAIT)
            if failure:
                raise WorkspaceError("the database of studies was waited for in vain; the wait was given up")
            try:
                return work()
            except DATABASE_ERRORS as error:
                self._judge(error)

    def _judge(self, error: Exception) -> None:
        """Raises what is not to be waited for."""
        if not is_passing(error):
            raise as_workspace_error(error) from error
        if self._given_up():
            raise as_workspace_error(error) from error

    def _sleep(self, seconds: float) -> bool:
        """Sleeps, and says whether the wait was given up meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._given_up():
                return True
            time.sleep(min(left, LONGEST_SLEEP))
        return self._given_up()


def no_retry() -> RetryPolicy:
    """Gives up at once: the first failure is told."""
    return RetryPolicy(lambda _: None, lambda: True)
