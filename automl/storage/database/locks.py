"""Locks that a dead or frozen process cannot keep, for what only one process may do at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from automl.core import WorkspaceError
from automl.storage.database.database_errors import is_lock_timeout
from automl.storage.database.file_lock import file_lock
from automl.storage.database.url import POSTGRESQL, shown, sqlite_file

WAIT_SECONDS = 60
IDLE_SECONDS = 60

NUMBERS = {"schema": 7_203_911_640_001, "studies": 7_203_911_640_002}
"""PostgreSQL names locks by numbers. These are unlikely to be anybody else's."""

BOUNDS = text(
    "SELECT set_config('idle_in_transaction_session_timeout', :idle, true), set_config('lock_timeout', :wait, true)"
)
"""Both for the rest of the transaction, in milliseconds, and in one statement: it is sent with every report."""


@contextmanager
def database_lock(engine: Engine, name: str) -> Iterator[None]:
    """Holds one of the locks in `NUMBERS`: for PostgreSQL in a transaction of its own, for SQLite on a file beside it.

    Raises:
        WorkspaceError: another process has held it for a minute.
    """
    with ExitStack() as stack:
        try:
            if engine.dialect.name == POSTGRESQL:
                connection = engine.connect()
                stack.callback(let_go, connection)
                bound(connection, idle_seconds=IDLE_SECONDS, wait_seconds=WAIT_SECONDS)
                connection.execute(select(func.pg_advisory_xact_lock(NUMBERS[name])))
            elif (file := sqlite_file(engine.url)) is not None:
                stack.enter_context(file_lock(file.with_name(f".{file.name}.{name}.lock"), WAIT_SECONDS))
        except (OSError, OperationalError) as error:
            if isinstance(error, OperationalError) and not is_lock_timeout(error):
                raise
            if isinstance(error, OSError) and not isinstance(error, BlockingIOError):
                raise WorkspaceError(f"the folder of {shown(engine.url)} must be writable, but: {error}") from error
            raise WorkspaceError(
                f"the database of studies must be free for a moment, but another process has held its {name} lock for "
                f"{WAIT_SECONDS} s; end that process"
            ) from error
        yield


def bound(connection: Connection, *, idle_seconds: float, wait_seconds: float) -> None:
    """Bounds the transaction that is to take locks in PostgreSQL.

    The server ends it, and frees its locks, when nothing was asked of it for `idle_seconds`: its process is frozen or
    cut off. A lock that others hold is waited for up to `wait_seconds`. On SQLite nothing of the kind is needed.
    """
    if connection.dialect.name == POSTGRESQL:
        seconds = {"idle": idle_seconds, "wait": wait_seconds}
        connection.execute(BOUNDS, {name: str(int(value * 1000)) for name, value in seconds.items()})


def let_go(connection: Connection) -> None:
    """Ends a transaction that only held a lock. If the server has ended it before, the lock is as free."""
    try:
        connection.rollback()
    except SQLAlchemyError:
        connection.invalidate()
    connection.close()
