"""One driver of a study: it beats, takes turns, owns trials, and takes over those of drivers that died."""

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
from automl.storage.coordination.row_locks import HeldClaims, take_hold, take_turn
from automl.storage.database import Database, UnfinishedTrials, let_go

Result = TypeVar("Result")

CAUSE = "its driver died"
CUT_SHORT = "the database was away when it began"

SHORTEST_HOLD = 1.0
"""However short the grace is, PostgreSQL leaves a driver the locks of a block that takes so many seconds."""


class Driver:
    """A driver of one study, known to the others from when it is made; within its context it beats.

    Others are dead to it that are processes of this machine and gone, that have said that they ended, or that it has
    seen silent for `grace_seconds`.
    """

    def __init__(
        self,
        database: Database,
        fences: HeldClaims,
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
        self._fences = fences
        self._study_id = study_id
        self._grace = grace_seconds
        self._longest_hold = max(grace_seconds, SHORTEST_HOLD)
        self._beats = HeartbeatMonitor(longest_gap=2 * beat_seconds)
        self._heart = Heartbeat(database.engine, driver_id, beat_seconds)
        self._claimed: list[int] = []
        self._unfinished = UnfinishedTrials(study_id)

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Says that this driver has ended, so that others take its trials over at once. From any thread."""
        self._heart.stop()

    @property
    def stop_requested(self) -> bool:
        """Whether somebody asked for the end of the search, or deleted the study, as of the last beat."""
        return self._heart.stop_requested

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keeps the study's other drivers from beginning a trial. Trials that begin within must be claimed within.

        What an outage undoes of it is repeated call by call, when another driver may have the turn. So where a limit
        must hold exactly, use `in_turn`.
        """
        if not self._database.is_shared:
            self._database.run(self._take_ownerless)
            yield
            return
        connection = self._database.patience.run(self._take_turn)
        try:
            yield
        finally:
            let_go(connection)

    def in_turn(self, work: Callable[[], Result]) -> Result:
        """What `work` gives within a turn. If the database goes away meanwhile, all of it is done again in a new turn.

        So `work` must change nothing but the database; a trial that it began before is put back, and comes again.
        """
        self._claimed.clear()

        def once() -> Result:
            with self.turn():
                if self._claimed:
                    self._database.run(self._put_claimed_back)
                    self._claimed.clear()
                return work()

        return self._database.patience.run_as_one(once)

    def claim(self, number: int) -> None:
        """Makes a trial that has just begun this driver's own."""
        trial_id = self._trial_id(number)
        self._claimed.append(trial_id)
        self._database.run(lambda connection: claims.claim(connection, trial_id, self.id))

    @contextmanager
    def owning(self, number: int) -> Iterator[bool]:
        """Holds the trial for this driver while it writes about it. False: it is another driver's now, or has ended."""
        if not self._database.is_shared:
            yield True
            return
        trial_id, engine = self._trial_id(number), self._database.engine
        connection = self._database.patience.run(lambda: take_hold(engine, trial_id, self.id, self._longest_hold))
        if connection is None:
            yield False
            return
        self._fences.enter(trial_id)
        try:
            yield True
        finally:
            self._leave(connection, trial_id)

    def take_over(self) -> list[int]:
        """Puts the trials of dead drivers back among those that wait, and says which. Cheap enough to call often."""
        taken = [trial.number for trial in self._look() if self._is_dead(trial) and self._take(trial)]
        return taken + self._database.run(self._take_ownerless)

    def waits_for_others(self) -> bool:
        """Whether a running trial may yet come back: its driver is silent, but not yet dead."""
        return any(
            trial.owner is None or not (trial.owner.id == self.id or self._beats.is_heard(trial.owner.id))
            for trial in self._look()
        )

    def _trial_id(self, number: int) -> int:
        """The id behind the number of one of our trials; by a short way, as Optuna's goes through the whole study."""
        trial_id = self._database.run(lambda connection: self._unfinished.trial_id(connection, number))
        if trial_id is None:
            return self._database.storage.get_trial_id_from_study_id_trial_number(self._study_id, number)
        return trial_id

    def _look(self) -> list[ClaimedTrial]:
        running = self._database.run(lambda connection: claims.running_trials(connection, self._unfinished))
        owners = (trial.owner for trial in running)
        self._beats.look({owner.id: owner.beat or 0 for owner in owners if owner and owner.id != self.id})
        return running

    def _is_dead(self, trial: ClaimedTrial) -> bool:
        owner = trial.owner
        if owner is None or owner.id == self.id:
            return False
        if not self._database.is_shared or owner.has_ended:
            return True  # on SQLite the lock says that there is no other driver
        gone = owner.process is not None and owner.process.is_gone
        return gone or self._beats.silent(owner.id) >= self._grace

    def _take(self, trial: ClaimedTrial) -> bool:
        return self._database.run(lambda connection: claims.take(connection, trial, CAUSE))

    def _take_ownerless(self, connection: Connection) -> list[int]:
        if self._database.is_shared and not claims.lock_turn(connection, self._study_id, or_skip=True):
            return []
        return claims.take_ownerless(connection, self._unfinished, CAUSE)

    def _put_claimed_back(self, connection: Connection) -> None:
        """Undoes the claims of a turn that was cut short."""
        for trial_id in self._claimed:
            if claims.hold(connection, trial_id, self.id):
                claims.preempt(connection, trial_id, CUT_SHORT)

    def _take_turn(self) -> Connection:
        """Takes the turn, and puts back on another connection what a turn that was cut short left behind."""
        patience, engine = self._database.patience, self._database.engine
        turn = take_turn(engine, self._study_id, self._longest_hold, lambda: patience.exhausted)
        try:
            with engine.begin() as connection:
                claims.take_ownerless(connection, self._unfinished, CAUSE)
        except BaseException:
            let_go(turn)
            raise
        return turn

    def _leave(self, connection: Connection, trial_id: int) -> None:
        """Ends the hold, and does what was left until then: `StudyStore.requeue` cannot touch a claim that is held."""
        if not self._fences.leave(trial_id):
            let_go(connection)
            return
        try:
            with connection:
                claims.release(connection, trial_id)
                connection.commit()
        except SQLAlchemyError:  # the hold was lost meanwhile; it may be another driver's trial now
            self._database.run(lambda again: claims.hold(again, trial_id, self.id) and claims.release(again, trial_id))
