"""Who drives a study at present, for whoever asks from outside."""

from datetime import UTC
from pathlib import Path

from optuna.trial import TrialState
from sqlalchemy import Connection, select, update

from automl.storage.beats import Beats
from automl.storage.process import Process
from automl.storage.records import DriverRecord
from automl.storage.tables import CLAIMS, DRIVERS, TRIALS

BEAT_SECONDS = 5.0
GRACE_SECONDS = 60.0
"""How often a driver beats, and for how long it may be silent, if nobody says otherwise."""


class Roster:
    """Reads the drivers of studies, and learns from one reading to the next which of those elsewhere are alive."""

    def __init__(self) -> None:
        self._beats: dict[int, Beats] = {}

    def read(self, connection: Connection, study_id: int) -> list[DriverRecord]:
        """All drivers of the study that have not ended, in the order in which they came."""
        beats = self._beats.setdefault(study_id, Beats(2 * BEAT_SECONDS))
        query = select(DRIVERS).where(DRIVERS.c.study_id == study_id, DRIVERS.c.ended_at.is_(None))
        rows = connection.execute(query.order_by(DRIVERS.c.ordinal)).all()
        beats.look({row.id: row.beat for row in rows})
        return [
            DriverRecord(
                id=row.id,
                ordinal=row.ordinal,
                host=row.host,
                pid=row.pid,
                workspace=Path(row.workspace),
                started=row.started_at.replace(tzinfo=UTC).astimezone().replace(tzinfo=None),
                stop_requested=row.stop_requested,
                alive=_is_alive(beats, row.id, Process(row.host, row.boot_id, row.pid, row.pid_started)),
                trials=_trials(connection, row.id),
            )
            for row in rows
        ]

    def request_stop(self, connection: Connection, study_id: int) -> int:
        """Asks every driver that may be alive to end its search, and says how many those are."""
        living = [driver.id for driver in self.read(connection, study_id) if driver.alive is not False]
        connection.execute(update(DRIVERS).where(DRIVERS.c.id.in_(living)).values(stop_requested=True))
        return len(living)


def _is_alive(beats: Beats, driver_id: str, process: Process) -> bool | None:
    if process.is_gone or beats.silent(driver_id) >= GRACE_SECONDS:
        return False
    return True if process.is_here or beats.is_heard(driver_id) else None


def _trials(connection: Connection, driver_id: str) -> tuple[int, ...]:
    claimed = select(TRIALS.c.number).join_from(CLAIMS, TRIALS, TRIALS.c.trial_id == CLAIMS.c.trial_id)
    running = claimed.where(CLAIMS.c.driver_id == driver_id, TRIALS.c.state == TrialState.RUNNING)
    return tuple(connection.scalars(running.order_by(TRIALS.c.number)))
