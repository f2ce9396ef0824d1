"""Deletion of a study from the database: Optuna's rows and ours."""

from contextlib import suppress

from sqlalchemy import Connection, delete, select

from automl.core import WorkspaceError
from automl.storage.database import CLAIMS, DRIVERS, OPTUNA_STUDIES, STUDIES, TRIALS, Database


def delete_study(database: Database, study_id: int) -> None:
    """Delete a study with all its trials. If a kill interrupts this, a second call completes it.

    Args:
        database: the database of studies.
        study_id: Optuna's id of the study.

    Raises:
        WorkspaceError: the study still exists afterwards, because a driver wrote to it meanwhile.
    """
    database.run(lambda connection: _forget(connection, study_id))
    with suppress(KeyError):  # another process has deleted it
        database.storage.delete_study(study_id)
    name_query = select(OPTUNA_STUDIES.c.study_name).where(OPTUNA_STUDIES.c.study_id == study_id)
    if name := database.run(lambda connection: connection.scalar(name_query)):
        raise WorkspaceError(
            f"the study {name!r} must be at rest to be deleted, but a driver writes to it; stop it first: automl stop"
        )


def forget_deleted(connection: Connection) -> None:
    """Remove our rows about studies that another tool has deleted, because SQLite reuses their ids."""
    connection.execute(delete(CLAIMS).where(CLAIMS.c.trial_id.not_in(select(TRIALS.c.trial_id))))
    for ours in (DRIVERS, STUDIES):
        connection.execute(delete(ours).where(ours.c.study_id.not_in(select(OPTUNA_STUDIES.c.study_id))))


def _forget(connection: Connection, study_id: int) -> None:
    trials = select(TRIALS.c.trial_id).where(TRIALS.c.study_id == study_id)
    connection.execute(delete(CLAIMS).where(CLAIMS.c.trial_id.in_(trials)))
    for ours in (DRIVERS, STUDIES):
        connection.execute(delete(ours).where(ours.c.study_id == study_id))
