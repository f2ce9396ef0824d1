"""Locks of PostgreSQL that a driver holds for the length of a block: its study's turn, or the claim of one trial.

Each is held by a connection of its own, whose transaction the server ends when the driver is frozen for too long.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from automl.core import WorkspaceError
from automl.storage.coordination.claims import hold, lock_turn
from automl.storage.database import bound, is_lock_timeout, let_go

TURN_SECONDS = 2.0
"""So long is a turn waited for before it is asked whether anybody still wants it."""


def take_turn(engine: Engine, study_id: int, idle_seconds: float, given_up: Callable[[], bool]) -> Connection:
    """Waits for the turn of the study, and gives the connection that holds it.

    Raises:
        WorkspaceError: the wait was given up.
    """
    while True:
        connection = _open(engine, idle_seconds, TURN_SECONDS)
        try:
            lock_turn(connection, study_id)
        except DBAPIError as error:
            let_go(connection)
            if not is_lock_timeout(error):
                raise
            if given_up():
                raise WorkspaceError("another driver of the study has the turn, and the wait was given up") from error
        else:
            return connection


def take_hold(engine: Engine, trial_id: int, driver_id: str, idle_seconds: float) -> Connection | None:
    """The connection that holds the driver's claim; None if the trial is not the driver's, or runs no more."""
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
    """Trials whose claims are held, by id, and whether each is to be put back when it is let go."""

    def __init__(self) -> None:
        self._requeued: dict[int, bool] = {}

    def enter(self, trial_id: int) -> None:
        """The claim is held from now on."""
        self._requeued[trial_id] = False

    def defer_requeue(self, trial_id: int) -> bool:
        """Leaves putting the trial back to whoever holds it. False: nobody here does."""
        if trial_id not in self._requeued:
            return False
        self._requeued[trial_id] = True
        return True

    def leave(self, trial_id: int) -> bool:
        """The claim is let go. True: now put the trial back."""
        return self._requeued.pop(trial_id)
