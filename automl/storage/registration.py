"""How a driver enters a study's list of drivers."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from automl.storage.claims import end_driver, insert
from automl.storage.process import Process
from automl.storage.tables import DRIVERS, STUDIES


def register(connection: Connection, study_id: int, driver_id: str, process: Process, workspace: Path) -> int:
    """Enters a driver, and says how many the study had before it. Drivers that surely are dead are ended meanwhile."""
    known: int | None = connection.scalar(select(DRIVERS.c.ordinal).where(DRIVERS.c.id == driver_id))
    if known is not None:
        return known  # by a try whose answer was lost
    ordinal = _count(connection, study_id)
    for row in connection.execute(select(DRIVERS).where(DRIVERS.c.study_id == study_id, DRIVERS.c.ended_at.is_(None))):
        if Process(row.host, row.boot_id, row.pid, row.pid_started).is_gone:
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
