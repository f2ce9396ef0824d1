"""Check: the tables have the schema version of this program. It runs first, because other checks open the tables."""

from collections.abc import Iterator
from functools import partial

import sqlalchemy

from automl.core import Workspace, WorkspaceError
from automl.doctor.check_context import Inconsistency
from automl.storage import open_store
from automl.storage.database import (
    DATABASE_ERRORS,
    NEWEST,
    as_workspace_error,
    engine_options,
    read_url,
    read_version,
    shown,
)


def find_old_schema(place: Workspace, looked_at: str) -> Iterator[Inconsistency]:
    """Finds tables whose schema has to be upgraded.

    Args:
        place: the workspace whose database is upgraded by the repair.
        looked_at: URL of the database to read: that of `place`, or of a copy.

    Raises:
        WorkspaceError: the database cannot be read.
    """
    url = read_url(looked_at)
    try:
        engine = sqlalchemy.create_engine(url, **engine_options(url))
        version = read_version(engine)
        engine.dispose()
    except DATABASE_ERRORS as error:
        raise as_workspace_error(error) from error
    except ModuleNotFoundError as error:
        raise WorkspaceError(f"the database {shown(url)} needs the Python package {error.name!r}; install it") from None
    if version is None or version < NEWEST:
        made_by = "has none of our tables" if version is None else f"has tables of revision {version}"
        where = shown(read_url(place.storage_url))
        yield Inconsistency(f"the database {where} {made_by}, not of {NEWEST}", partial(_upgrade, place))


def _upgrade(place: Workspace) -> None:
    open_store(place).close()
