"""An open database of studies: our own connections to it, and Optuna's storage on it."""

import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

import optuna
import sqlalchemy
from optuna.storages import BaseStorage, RDBStorage
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError

from automl.core import WorkspaceError
from automl.storage.database.database_errors import DATABASE_ERRORS, DatabaseUnavailable, is_passing, reason
from automl.storage.database.locks import database_lock
from automl.storage.database.retry import RetryPolicy, no_retry
from automl.storage.database.retrying_storage import RetryingStorage
from automl.storage.database.schema import NEWEST, migrate, read_version
from automl.storage.database.url import SQLITE, engine_options, read_url, shown

optuna.logging.set_verbosity(optuna.logging.ERROR)

Result = TypeVar("Result")

LOG_SECONDS = 5.0
"""Seconds for which other processes may delay the change of a new database to its write-ahead log."""


class Database:
    """A database whose tables exist and have the version that this program needs.

    Its `storage` is Optuna's storage, without a cache, with retries.

    Args:
        url: SQLAlchemy URL of an SQLite or PostgreSQL database.
        retry_policy: how operations are retried during an outage; None: the first failure is raised.

    Raises:
        WorkspaceError: the database cannot be opened, its tables are not of the installed version of Optuna, or it is
            newer than this program.
    """

    def __init__(self, url: str, retry_policy: RetryPolicy | None = None) -> None:
        parsed = read_url(url)
        self.retry_policy = retry_policy or no_retry()
        self.is_shared = parsed.get_backend_name() != SQLITE
        try:
            self.engine = sqlalchemy.create_engine(parsed, **engine_options(parsed))
            _tune_sqlite(self.engine)
            self._rdb = _open(parsed, self.engine)
        except ModuleNotFoundError as error:
            raise WorkspaceError(
                f"the database {shown(parsed)} needs the Python package {error.name!r}; "
                "install it, or for PostgreSQL: pip install 'psycopg[binary]'"
            ) from None
        except DATABASE_ERRORS as error:
            raise WorkspaceError(
                f"the database of studies must be one that can be opened, but {shown(parsed)} gave: {reason(error)}"
            ) from error
        self.storage: BaseStorage = RetryingStorage(self._rdb, self.retry_policy)

    def run(self, work: Callable[[Connection], Result], again: Callable[[Connection], Result] | None = None) -> Result:
        """Run `work` in one transaction, with retries.

        Args:
            work: receives a connection within a transaction.
            again: replaces `work` in retries, as the first attempt may have been committed; None: `work`.

        Returns:
            The result of the attempt that succeeded.

        Raises:
            WorkspaceError: the failure is permanent, or the wait was given up.
        """
        return self.retry_policy.run(lambda: self._transact(work), again and (lambda: self._transact(again)))

    def _transact(self, work: Callable[[Connection], Result]) -> Result:
        with self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Close all connections."""
        self._rdb.remove_session()
        self._rdb.engine.dispose()
        self.engine.dispose()


def _open(url: URL, engine: Engine) -> RDBStorage:
    if read_version(engine) == NEWEST:
        return _optuna_storage(url, has_tables=True)
    with database_lock(engine, "schema"):
        version = read_version(engine)
        if version not in {None, NEWEST}:
            migrate(engine, version, shown(url))  # refuses a newer one before anything is changed
        rdb = _optuna_storage(url, has_tables=False)
        if version is None:
            migrate(engine, version, shown(url))
        return rdb


def _optuna_storage(url: URL, *, has_tables: bool) -> RDBStorage:
    """Return Optuna's storage.

    Raises:
        WorkspaceError: its tables belong to another version of Optuna, or to another program.
    """
    address = url.render_as_string(hide_password=False)
    try:
        rdb = RDBStorage(address, engine_kwargs=engine_options(url), skip_table_creation=has_tables)
    except RuntimeError as error:
        if "storage upgrade" in str(error):
            advice = "an older version created it; upgrade it: optuna storage upgrade --storage URL"
        else:
            advice = "a newer version created it; pip install -U optuna transformer-automl"
        raise WorkspaceError(
            f"the database of studies at {shown(url)} must be of the installed version of Optuna, but {advice}"
        ) from error
    _tune_sqlite(rdb.engine)
    _mark_outages(rdb.engine)
    return rdb


def _mark_outages(engine: Engine) -> None:
    """Raise errors of an outage as `DatabaseUnavailable`, so that Optuna does not retry by itself."""

    @sqlalchemy.event.listens_for(engine, "handle_error")
    def stand_in(context: ExceptionContext) -> None:
        failure = context.sqlalchemy_exception
        if isinstance(failure, DBAPIError) and is_passing(failure):
            raise DatabaseUnavailable(failure)


def _tune_sqlite(engine: Engine) -> None:
    """Use a write-ahead log and one fsync per checkpoint: 40 ms a trial instead of 287 ms, and safe against a crash."""
    if engine.dialect.name != SQLITE:
        return

    @sqlalchemy.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        _use_write_ahead_log(cursor)
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    engine.dispose()  # connections made before now do not have the settings


def _use_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    """Wait for other processes that open a new database now: SQLite's busy timeout does not cover this change."""
    deadline = time.monotonic() + LOG_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
