"""The list of a study's present drivers, for readers outside the drivers themselves."""

from datetime import UTC, datetime
from pathlib import Path

from optuna.trial import TrialState
from sqlalchemy import Connection, select, update

from automl.core import DriverRecord
from automl.storage.coordination.claims import end_driver
from automl.storage.coordination.heartbeat import HeartbeatMonitor
from automl.storage.coordination.process_identity import ProcessIdentity
from automl.storage.database import CLAIMS, DRIVERS, STUDIES, TRIALS, insert

BEAT_SECONDS = 5.0
GRACE_SECONDS = 60.0
"""Defaults: seconds between two heartbeats, and seconds without one after which a driver counts as dead."""


class DriverList:
    """Reads the drivers of studies.

    Successive reads show by their heartbeats which drivers on other machines are alive.
    """

    def __init__(self) -> None:
        self._beats: dict[int, HeartbeatMonitor] = {}

    def read(self, connection: Connection, study_id: int) -> list[DriverRecord]:
        """Return all drivers of a study that are not marked as ended, in the order in which they joined.

        Args:
            connection: a connection within a transaction.
            study_id: Optuna's id of the study.
        """
        beats = self._beats.setdefault(study_id, HeartbeatMonitor(2 * BEAT_SECONDS))
        query = select(DRIVERS).where(DRIVERS.c.study_id == study_id, DRIVERS.c.ended_at.is_(None))
        rows = connection.execute(query.order_by(DRIVERS.c.ordinal)).all()
        beats.observe({row.id: row.beat for row in rows})
        return [
            DriverRecord(
                id=row.id,
                ordinal=row.ordinal,
                host=row.host,
                pid=row.pid,
                workspace=Path(row.workspace),
                started=row.started_at.replace(tzinfo=UTC).astimezone().replace(tzinfo=None),
                stop_requested=row.stop_requested,
                alive=_is_alive(beats, row.id, ProcessIdentity(row.host, row.boot_id, row.pid, row.pid_started)),
                trials=_trials(connection, row.id),
            )
            for row in rows
        ]

    def request_stop(self, connection: Connection, study_id: int) -> int:
        """Ask every driver that is not known to be dead to end its search, and return their number.

        Args:
            connection: a connection within a transaction.
            study_id: Optuna's id of the study.
        """
        living = [driver.id for driver in self.read(connection, study_id) if driver.alive is not False]
        connection.execute(update(DRIVERS).where(DRIVERS.c.id.in_(living)).values(stop_requested=True))
        return len(living)


def _is_alive(beats: HeartbeatMonitor, driver_id: str, process: ProcessIdentity) -> bool | None:
    if process.is_gone or beats.seconds_since_beat(driver_id) >= GRACE_SECONDS:
        return False
    return True if process.is_here or beats.has_beaten_lately(driver_id) else None


def _trials(connection: Connection, driver_id: str) -> tuple[int, ...]:
    claimed = select(TRIALS.c.number).join_from(CLAIMS, TRIALS, TRIALS.c.trial_id == CLAIMS.c.trial_id)
    running = claimed.where(CLAIMS.c.driver_id == driver_id, TRIALS.c.state == TrialState.RUNNING)
    return tuple(connection.scalars(running.order_by(TRIALS.c.number)))


def register(connection: Connection, study_id: int, driver_id: str, process: ProcessIdentity, workspace: Path) -> int:
    """Register a driver, and return the number of earlier drivers of the study.

    Drivers that are certainly dead are marked as ended.
    """
    known: int | None = connection.scalar(select(DRIVERS.c.ordinal).where(DRIVERS.c.id == driver_id))
    if known is not None:
        return known  # by a try whose answer was lost
    ordinal = _count(connection, study_id)
    for row in connection.execute(select(DRIVERS).where(DRIVERS.c.study_id == study_id, DRIVERS.c.ended_at.is_(None))):
        if ProcessIdentity(row.host, row.boot_id, row.pid, row.pid_started).is_gone:
            end_driver(connection, row.id)
    connection.execute(
        DRIVERS.insert().values(
            id=driver_id,
            study_id=study_id,
            ordinal=ordinal,
            host=process.host,
            boot_id=process.boot_id,
            pid=process.pid,
            pid_started=process.started,
            workspace=str(workspace.resolve()),
            beat=0,
            stop_requested=False,
            started_at=datetime.now(UTC).replace(tzinfo=None),
        )
    )
    return ordinal


def _count(connection: Connection, study_id: int) -> int:
    row = {"study_id": study_id, "next_driver": 0}
    connection.execute(insert(connection.dialect.name, STUDIES).values(row).on_conflict_do_nothing())
    ours = STUDIES.c.study_id == study_id
    connection.execute(update(STUDIES).where(ours).values(next_driver=STUDIES.c.next_driver + 1))
    return int(connection.execute(select(STUDIES.c.next_driver).where(ours)).scalar_one()) - 1
