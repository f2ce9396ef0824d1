"""Database-wide locks for operations that must be exclusive; a dead or frozen process cannot keep them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from automl.core import WorkspaceError
from automl.storage.database.database_errors import is_lock_timeout
from automl.storage.database.url import POSTGRESQL, shown, sqlite_file
from trials.files import file_lock

WAIT_SECONDS = 60
IDLE_SECONDS = 60

NUMBERS = {"schema": 7_203_911_640_001, "studies": 7_203_911_640_002}
"""Numbers of PostgreSQL's advisory locks, chosen so that other programs are unlikely to use them."""

BOUNDS = text(
    "SELECT set_config('idle_in_transaction_session_timeout', :idle, true), set_config('lock_timeout', :wait, true)"
)
"""Statement that sets both timeouts of a transaction, in milliseconds. It is one statement, because every report sends
it.
"""


@contextmanager
def database_lock(engine: Engine, name: str) -> Iterator[None]:
    """Hold one of the locks in `NUMBERS`: an advisory lock in PostgreSQL, a lock file beside the database on SQLite.

    Args:
        engine: the engine of the database.
        name: `schema` or `studies`.

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
                f"the database of studies must be free to lock, but another process has held its {name} lock for "
                f"{WAIT_SECONDS} s; end that process"
            ) from error
        yield


def bound(connection: Connection, *, idle_seconds: float, wait_seconds: float) -> None:
    """Set the timeouts of the present transaction in PostgreSQL; SQLite needs none.

    Args:
        connection: a connection within a transaction.
        idle_seconds: seconds without a statement after which the server ends the transaction and releases its locks.
        wait_seconds: maximum number of seconds to wait for a lock.
    """
    if connection.dialect.name == POSTGRESQL:
        seconds = {"idle": idle_seconds, "wait": wait_seconds}
        connection.execute(BOUNDS, {name: str(int(value * 1000)) for name, value in seconds.items()})


def let_go(connection: Connection) -> None:
    """Roll back and close `connection`, which only held a lock; the server may have ended its transaction already."""
    try:
        connection.rollback()
    except SQLAlchemyError:
        connection.invalidate()
    connection.close()
