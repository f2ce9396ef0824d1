"""The names of the studies of a database, and the id of a study by its name."""

from sqlalchemy import Connection, exists, select

from automl.core import UsageError, unknown_name
from automl.storage import attributes
from automl.storage.database import CREATIONS, OPTUNA_STUDIES, STUDY_ATTRIBUTES, Database


def study_names(database: Database) -> list[str]:
    """Return the names of all studies, oldest first, without those whose creation has not finished.

    Args:
        database: the database of studies.
    """
    by_age = select(OPTUNA_STUDIES.c.study_name).order_by(OPTUNA_STUDIES.c.study_id)

    def read(connection: Connection) -> list[str]:
        return list(connection.scalars(by_age.where(OPTUNA_STUDIES.c.study_id.not_in(incomplete_studies(connection)))))

    return database.run(read)


def incomplete_studies(connection: Connection) -> dict[int, str]:
    """Return the names of the incomplete studies by id: their creation is running or was interrupted."""
    written, studies = STUDY_ATTRIBUTES.c, OPTUNA_STUDIES.c
    is_complete = exists().where(written.study_id == studies.study_id, written.key == attributes.EXPERIMENT)
    noted = studies.study_name.in_(select(CREATIONS.c.study_name))
    rows = connection.execute(select(studies.study_id, studies.study_name).where(noted, ~is_complete))
    return {row.study_id: row.study_name for row in rows}


def study_id(database: Database, name: str) -> int:
    """Return Optuna's id of a study.

    Args:
        database: the database of studies.
        name: name of the study.

    Raises:
        UsageError: there is no such study.
    """
    try:
        return database.storage.get_study_id_from_name(name)
    except KeyError:
        _require_name(database, name)
        raise


def _require_name(database: Database, name: str) -> None:
    names = study_names(database)
    if not names:
        raise UsageError(f"there is no study {name!r}, nor any other, in this database; start one: automl search")
    if name not in names:
        raise UsageError(unknown_name("study", name, names))
