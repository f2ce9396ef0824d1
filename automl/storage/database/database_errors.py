"""Classification of the database's failures as transient or permanent."""

from optuna.exceptions import StorageInternalError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from automl.core import WorkspaceError, one_line


class DatabaseUnavailable(Exception):
    """The database does not answer for a while, because of `failure`.

    It replaces an error of SQLAlchemy, which Optuna would handle by starting a trial again without the study's lock.
    """

    def __init__(self, failure: DBAPIError) -> None:
        super().__init__(str(failure))
        self.failure = failure


DATABASE_ERRORS = (SQLAlchemyError, StorageInternalError, DatabaseUnavailable)
"""All exceptions of a failing database, from SQLAlchemy or from Optuna."""

PASSING_STATES = ("08", "57P0", "53300", "40001", "40P01", "55P03", "25P03")
"""Prefixes of the SQLSTATEs of transient failures: lost connections, a server that starts up or shuts down, too many
connections, conflicting transactions, and a transaction of ours that the server ended because this process was
frozen.
"""

PASSING_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
"""Transient failures of SQLite: another process writes to the file."""

LASTING_TEXTS = ("authentication failed", "does not exist", "no password supplied", "pg_hba.conf")
"""Parts of PostgreSQL's messages about connections that are refused permanently; these have no SQLSTATE."""

REFUSALS = {
    "SQLITE_FULL": "its disk is full; free some space",
    "53100": "its disk is full; free some space",
    "SQLITE_READONLY": "it cannot be written to; check its permissions",
    "25006": "it cannot be written to; it may be a standby server",
    "SQLITE_CORRUPT": "its file is damaged; restore a backup",
    "SQLITE_NOTADB": "its file is not an SQLite database; name another one",
    "XX001": "its data is damaged; restore a backup",
    "SQLITE_IOERR": "its disk fails; check the disk",
    "SQLITE_CANTOPEN": "its file cannot be opened; check its folder",
}
"""Advice for permanent failures, by the prefix of SQLite's error name or of the SQLSTATE."""


def is_passing(error: BaseException) -> bool:
    """Return whether a later retry may succeed."""
    failure = _failure(error)
    return failure is not None and _passes(failure)


def is_lock_timeout(error: DBAPIError) -> bool:
    """Return whether `error` is a lock timeout of PostgreSQL."""
    return _code(error) == "55P03"


def as_workspace_error(error: BaseException) -> WorkspaceError:
    """Return `error` as one sentence for the user."""
    failure = _failure(error)
    code = _code(failure) if failure else ""
    advice = next((advice for begin, advice in REFUSALS.items() if code.startswith(begin)), None)
    if advice is None:
        return WorkspaceError(f"the database of studies must be usable, but it gave: {reason(error)}")
    return WorkspaceError(f"the database of studies must be usable, but {advice} ({reason(error)})")


def reason(error: BaseException) -> str:
    """Return the database's own message, on one line and without a password."""
    failure = _failure(error)
    message = error if failure is None else failure.orig or failure
    return one_line(message)


def _failure(error: BaseException) -> DBAPIError | None:
    """Return the database failure behind an error: Optuna wraps it, and may fail again while it handles it."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, (DBAPIError, DatabaseUnavailable)):
        link = link.__cause__ or link.__context__
    return link.failure if isinstance(link, DatabaseUnavailable) else link


def _code(failure: DBAPIError) -> str:
    """Return SQLite's name of the error, or the SQLSTATE; empty if the driver gives none."""
    for name in ("sqlite_errorname", "sqlstate", "pgcode"):
        if code := getattr(failure.orig, name, None):
            return str(code)
    return ""


def _passes(failure: DBAPIError) -> bool:
    code = _code(failure)
    if code:
        return code.startswith(PASSING_STATES) or code.startswith(PASSING_SQLITE)
    if failure.connection_invalidated:
        return True
    refused = type(failure.orig).__name__ == "OperationalError"
    return refused and not any(text in str(failure.orig) for text in LASTING_TEXTS)
