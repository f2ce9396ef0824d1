"""PostgreSQL locks that a driver holds during a block: that of its study, or the claim on one trial.

Each has a separate connection, whose transaction the server ends when the driver is frozen for too long.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from automl.core import WorkspaceError
from automl.storage.coordination.claims import hold, lock_study
from automl.storage.database import bound, is_lock_timeout, let_go

LOCK_SECONDS = 2.0
"""Seconds to wait for the lock between two calls of `given_up`."""


def take_study_lock(engine: Engine, study_id: int, idle_seconds: float, given_up: Callable[[], bool]) -> Connection:
    """Wait for the lock of the study, and return the connection that holds it.

    Raises:
        WorkspaceError: the wait was given up.
    """
    while True:
        connection = _open(engine, idle_seconds, LOCK_SECONDS)
        try:
            lock_study(connection, study_id)
        except DBAPIError as error:
            let_go(connection)
            if not is_lock_timeout(error):
                raise
            if given_up():
                raise WorkspaceError(
                    "another driver of the study holds the lock, and waiting for it was given up"
                ) from error
        else:
            return connection


def take_hold(engine: Engine, trial_id: int, driver_id: str, idle_seconds: float) -> Connection | None:
    """Return the connection that holds the driver's claim; None if the trial is not the driver's or no longer runs."""
    connection = _open(engine, idle_seconds, idle_seconds)
    try:
        if hold(connection, trial_id, driver_id):
            return connection
    except BaseException:
        let_go(connection)
        raise
    let_go(connection)
    return None


def _open(engine: Engine, idle_seconds: float, wait_seconds: float) -> Connection:
    connection = engine.connect()
    try:
        bound(connection, idle_seconds=idle_seconds, wait_seconds=wait_seconds)
    except BaseException:
        let_go(connection)
        raise
    return connection


class HeldClaims:
    """The trials whose claims this process holds, and whether each is requeued when its hold ends."""

    def __init__(self) -> None:
        self._requeued: dict[int, bool] = {}

    def enter(self, trial_id: int) -> None:
        """Record that the claim on `trial_id` is held."""
        self._requeued[trial_id] = False

    def defer_requeue(self, trial_id: int) -> bool:
        """Request that `trial_id` is requeued when its hold ends. Return False if this process does not hold it."""
        if trial_id not in self._requeued:
            return False
        self._requeued[trial_id] = True
        return True

    def leave(self, trial_id: int) -> bool:
        """Record that the hold on `trial_id` has ended. Return True if the trial is to be requeued now."""
        return self._requeued.pop(trial_id)
