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


def find_old_schema(workspace: Workspace, url_to_read: str) -> Iterator[Inconsistency]:
    """Find tables whose schema has to be upgraded.

    Args:
        workspace: the workspace whose database is upgraded by the repair.
        url_to_read: URL of the database to read: that of `workspace`, or of a copy.

    Raises:
        WorkspaceError: the database cannot be read.
    """
    url = read_url(url_to_read)
    try:
        engine = sqlalchemy.create_engine(url, **engine_options(url))
        version = read_version(engine)
        engine.dispose()
    except DATABASE_ERRORS as error:
        raise as_workspace_error(error) from error
    except ModuleNotFoundError as error:
        raise WorkspaceError(f"the database {shown(url)} needs the Python package {error.name!r}; install it") from None
    if version is None or version < NEWEST:
        tables = "has none of our tables" if version is None else f"has tables of revision {version}"
        where = shown(read_url(workspace.storage_url))
        yield Inconsistency(f"the database {where} {tables}, not of {NEWEST}", partial(_upgrade, workspace))


def _upgrade(workspace: Workspace) -> None:
    open_store(workspace).close()
