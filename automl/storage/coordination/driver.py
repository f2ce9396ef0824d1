"""One driver of a study: it sends heartbeats, locks the study, owns trials, and takes over those of dead drivers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from automl.storage.coordination import claims
from automl.storage.coordination.claims import ClaimedTrial
from automl.storage.coordination.driver_list import register
from automl.storage.coordination.heartbeat import Heartbeat, HeartbeatMonitor
from automl.storage.coordination.process_identity import ProcessIdentity
from automl.storage.coordination.row_locks import HeldClaims, take_hold, take_study_lock
from automl.storage.database import Database, let_go

Result = TypeVar("Result")

CAUSE = "its driver died"
CUT_SHORT = "the database was not reachable when the trial began"

SHORTEST_HOLD = 1.0
"""Lower bound, in seconds, of the time after which PostgreSQL releases the locks of a driver that is idle."""


class Driver:
    """A driver of one study. It is registered on construction, and sends heartbeats within its context.

    It regards another driver as dead if that is an ended process on this machine, is marked as ended, or has sent no
    heartbeat for `grace_seconds`.

    Args:
        database: the database of studies.
        held_claims: the claims that this process holds, shared with the handles of studies.
        study_id: Optuna's id of the study.
        workspace: the folder in which the driver keeps its files.
        driver_id: 32 hexadecimal digits that identify the driver.
        process: the process of the driver.
        beat_seconds: seconds between two heartbeats.
        grace_seconds: seconds without a heartbeat after which another driver counts as dead.
    """

    def __init__(
        self,
        database: Database,
        held_claims: HeldClaims,
        study_id: int,
        workspace: Path,
        *,
        driver_id: str,
        process: ProcessIdentity,
        beat_seconds: float,
        grace_seconds: float,
    ) -> None:
        self.id = driver_id
        self.ordinal = database.run(
            lambda connection: register(connection, study_id, driver_id, process, workspace),
        )
        self._database = database
        self._held_claims = held_claims
        self._study_id = study_id
        self._grace = grace_seconds
        self._longest_hold = max(grace_seconds, SHORTEST_HOLD)
        self._beats = HeartbeatMonitor(longest_gap=2 * beat_seconds)
        self._heartbeat = Heartbeat(database.engine, driver_id, beat_seconds)
        self._claimed: list[int] = []

    def __enter__(self) -> Self:
        self._heartbeat.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Mark this driver as ended, so that others take over its trials at once. Any thread may call it."""
        self._heartbeat.stop()

    @property
    def stop_requested(self) -> bool:
        """Whether a stop was requested or the study was deleted, as of the last heartbeat."""
        return self._heartbeat.stop_requested

    @contextmanager
    def study_lock(self) -> Iterator[None]:
        """Hold the study's lock, so that no other driver starts a trial. Trials started within must be claimed within.

        After an outage, single calls are retried, although another driver may have the lock by then. Use `run_locked`
        where a limit must hold exactly.
        """
        if not self._database.is_shared:
            self._database.run(self._take_ownerless)
            yield
            return
        connection = self._database.retry_policy.run(self._take_lock)
        try:
            yield
        finally:
            let_go(connection)

    def run_locked(self, work: Callable[[], Result]) -> Result:
        """Return the result of `work`, run under the study's lock.

        After an outage, all of it is repeated under a new lock.

        So `work` must change nothing but the database. Trials that the earlier attempt claimed are requeued first.
        """
        self._claimed.clear()

        def once() -> Result:
            with self.study_lock():
                if self._claimed:
                    self._database.run(self._put_claimed_back)
                    self._claimed.clear()
                return work()

        return self._database.retry_policy.run_as_one(once)

    def claim(self, number: int) -> None:
        """Claim the trial `number`, which has just started, for this driver."""
        trial_id = self._trial_id(number)
        self._claimed.append(trial_id)
        self._database.run(lambda connection: claims.claim(connection, trial_id, self.id))

    @contextmanager
    def owning(self, number: int) -> Iterator[bool]:
        """Hold the claim on the trial `number` during the block, while this driver writes about the trial.

        Yields:
            False if the trial belongs to another driver now or no longer runs.
        """
        if not self._database.is_shared:
            yield True
            return
        trial_id, engine = self._trial_id(number), self._database.engine
        connection = self._database.retry_policy.run(lambda: take_hold(engine, trial_id, self.id, self._longest_hold))
        if connection is None:
            yield False
            return
        self._held_claims.enter(trial_id)
        try:
            yield True
        finally:
            self._leave(connection, trial_id)

    def take_over(self) -> list[int]:
        """Requeue the trials of dead drivers, and return their numbers. It is cheap enough to be called often."""
        taken = [trial.number for trial in self._observe() if self._is_dead(trial) and self._take(trial)]
        return taken + self._database.run(self._take_ownerless)

    def waits_for_others(self) -> bool:
        """Return whether a running trial may still be requeued: it has no owner, or its owner sends no heartbeats."""
        return any(
            trial.owner is None or not (trial.owner.id == self.id or self._beats.has_beaten_lately(trial.owner.id))
            for trial in self._observe()
        )

    def _trial_id(self, number: int) -> int:
        return self._database.storage.get_trial_id_from_study_id_trial_number(self._study_id, number)

    def _observe(self) -> list[ClaimedTrial]:
        running = self._database.run(lambda connection: claims.running_trials(connection, self._study_id))
        owners = (trial.owner for trial in running)
        self._beats.observe({owner.id: owner.beat or 0 for owner in owners if owner and owner.id != self.id})
        return running

    def _is_dead(self, trial: ClaimedTrial) -> bool:
        owner = trial.owner
        if owner is None or owner.id == self.id:
            return False
        if not self._database.is_shared or owner.has_ended:
            return True  # on SQLite the lock says that there is no other driver
        gone = owner.process is not None and owner.process.is_gone
        return gone or self._beats.seconds_since_beat(owner.id) >= self._grace

    def _take(self, trial: ClaimedTrial) -> bool:
        return self._database.run(lambda connection: claims.take(connection, trial, CAUSE))

    def _take_ownerless(self, connection: Connection) -> list[int]:
        if self._database.is_shared and not claims.lock_study(connection, self._study_id, or_skip=True):
            return []
        return claims.take_ownerless(connection, self._study_id, CAUSE)

    def _put_claimed_back(self, connection: Connection) -> None:
        """Undo the claims of a locked block that was interrupted."""
        for trial_id in self._claimed:
            if claims.hold(connection, trial_id, self.id):
                claims.preempt(connection, trial_id, CUT_SHORT)

    def _take_lock(self) -> Connection:
        """Lock the study, and requeue, on another connection, the trials that an interrupted block has claimed."""
        retry_policy, engine = self._database.retry_policy, self._database.engine
        study_lock = take_study_lock(engine, self._study_id, self._longest_hold, lambda: retry_policy.exhausted)
        try:
            with engine.begin() as connection:
                claims.take_ownerless(connection, self._study_id, CAUSE)
        except BaseException:
            let_go(study_lock)
            raise
        return study_lock

    def _leave(self, connection: Connection, trial_id: int) -> None:
        """End the hold, and requeue the trial if that was requested meanwhile.

        `Study.requeue` cannot change a claim that is held.
        """
        if not self._held_claims.leave(trial_id):
            let_go(connection)
            return
        try:
            with connection:
                claims.release(connection, trial_id)
                connection.commit()
        except SQLAlchemyError:  # the hold was lost meanwhile; it may be another driver's trial now
            self._database.run(lambda again: claims.hold(again, trial_id, self.id) and claims.release(again, trial_id))
