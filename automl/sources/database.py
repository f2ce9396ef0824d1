"""Runs a query of the user on any database that SQLAlchemy knows; its rows are streamed, and nothing is written."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import SQLITE_ATTACH, SQLITE_DENY, SQLITE_OK
from urllib.parse import quote, unquote, urlsplit

from sqlalchemy import Connection, CursorResult, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from automl.core import DataProblem, at_problem, one_line, without_password

DATA_PASSWORD_VARIABLE = "AUTOML_DATA_PASSWORD"  # noqa: S105 - the name of a variable  # nosec B105
"""Environment variable with the password of the data's database, for a URL that has none."""

ROWS_AT_ONCE = 5_000
"""Rows that are fetched together."""

DRIVER_PACKAGES = {
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "MySQLdb": "mysqlclient",
    "cx_Oracle": "oracledb",
}
"""Names of packages for drivers whose import name is another."""


FORBID_WRITES = {
    "sqlite": ("PRAGMA query_only = ON",),
    "postgresql": ("SET TRANSACTION READ ONLY", "SET default_transaction_read_only = on"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY",),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY",),
}
"""What makes a connection refuse to write, by database; in SQLite and MySQL, DROP TABLE could not be rolled back.

In PostgreSQL also after a COMMIT in the query, as some drivers run several statements.
"""

SQLITE_SETTINGS = {
    "cache",
    "cached_statements",
    "check_same_thread",
    "detect_types",
    "immutable",
    "isolation_level",
    "mode",
    "nolock",
    "psow",
    "timeout",
    "uri",
    "vfs",
}
"""What SQLite and its driver know in the query of a URL; anything else would be ignored."""

_YES = {"true", "yes", "on", "y", "t", "1"}
_BYTES = (bytes, bytearray, memoryview)


@dataclass(frozen=True)
class Query:
    """A query that is running.

    Attributes:
        title: the database, without its password.
        columns: names of the columns.
        rows: the rows, as values of the driver. The connection is closed after the last one.
    """

    title: str
    columns: tuple[str, ...]
    rows: Iterator[Sequence[object]]


def run_query(address: str, sql: str) -> Query:
    """Run a query in a transaction that is rolled back at the end, and may not write where `FORBID_WRITES` says how.

    Args:
        address: the SQLAlchemy URL of the database; without a password, `AUTOML_DATA_PASSWORD` is that of its user.
        sql: the query, as the database takes it.

    Raises:
        DataProblem: the URL is none, its driver is not installed, the database does not answer, or it rejects the
            query. No message has the password.
    """
    url = _url(address)
    title = without_password(url.render_as_string())
    with _failures(url, f"the database {title} must answer"):
        engine = create_engine(_read_only(url))
        connection = engine.connect()
    try:
        with _failures(url, f"the query must run on the database {title}"):
            _forbid_writes(connection, url)
            options = {"stream_results": True, "max_row_buffer": ROWS_AT_ONCE, "no_parameters": True}
            result = connection.execution_options(**options).exec_driver_sql(sql)
        if not result.returns_rows:
            raise DataProblem(f"the query must give rows, as SELECT does, but it gives none on {title}: {sql!r}")
        columns = tuple(map(str, result.keys()))
        if repeated := sorted({name for name in columns if columns.count(name) > 1}):
            raise DataProblem(
                f"the query must name each column once, but it repeats {', '.join(repeated)}: rename one with AS"
            )
    except BaseException:
        connection.close()
        engine.dispose()
        raise
    return Query(title, columns, _rows(connection, result, url, title))


def _read_only(url: URL) -> URL:
    """Return the URL by which SQLite opens the file of a database for reading; that of another database as it is."""
    if not _is_sqlite_file(url):
        return url
    database = url.database if _is_uri(url) else f"file:{quote(str(Path(str(url.database)).absolute()))}"
    return url.set(database=database).update_query_dict({"mode": "ro", "uri": "true"})


def _is_sqlite_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.get_driver_name() == "pysqlite"


def _is_uri(url: URL) -> bool:
    """Return whether SQLite would read the database of `url` as a URI (file:reviews.db), and not as a path."""
    return (url.database or "").startswith("file:") and url.query.get("uri") in _YES


def _forbid_writes(connection: Connection, url: URL) -> None:
    for forbid in FORBID_WRITES.get(url.get_backend_name(), ()):
        connection.exec_driver_sql(forbid)
    sqlite = connection.connection.driver_connection
    if isinstance(sqlite, sqlite3.Connection):  # ATTACH and VACUUM INTO would make files, whatever the mode
        sqlite.set_authorizer(lambda action, *_: SQLITE_DENY if action == SQLITE_ATTACH else SQLITE_OK)


def _rows(
    connection: Connection, result: CursorResult[tuple[object, ...]], url: URL, title: str
) -> Iterator[Sequence[object]]:
    try:
        with _failures(url, f"the rows must come from the database {title}"):
            while part := result.fetchmany(ROWS_AT_ONCE):
                yield from part
    finally:
        connection.close()
        connection.engine.dispose()


def _url(address: str) -> URL:
    shown = without_password("".join(address.split()))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise DataProblem(
            f"the source must be the URL of a database, such as postgresql://me@host/reviews, not {shown!r}"
        ) from None
    if (problem := at_problem(address, url.host)) is not None:
        raise DataProblem(problem)
    _require_driver(url, shown)
    if url.get_backend_name() == "sqlite":
        _require_file(url, shown)
        _require_known_settings(url, shown)
    password = os.environ.get(DATA_PASSWORD_VARIABLE)
    return url.set(password=password) if password and url.username and not url.password else url


def _require_driver(url: URL, shown: str) -> None:
    try:
        url.get_dialect().import_dbapi()
    except NoSuchModuleError:
        raise DataProblem(
            f"the source must be the URL of a database that SQLAlchemy knows, but it knows no {url.drivername!r} "
            f"({shown}): write postgresql://, mysql+pymysql://, sqlite:/// or the like, or install its dialect"
        ) from None
    except ImportError as error:
        name = error.name or url.get_driver_name()
        package = DRIVER_PACKAGES.get(name, name)
        raise DataProblem(
            f"the database {shown} needs the Python package {name!r}, which is missing. Install it: "
            f"pip install '{package}'"
        ) from None


def _require_file(url: URL, shown: str) -> None:
    """Check that the database exists, which SQLite would refuse with fewer words, or make."""
    name = url.database or ""
    name = unquote(urlsplit(name).path) if _is_uri(url) else name
    if not name or name == ":memory:" or not Path(name).is_file():
        raise DataProblem(
            f"the source must be an SQLite database that exists, but there is no file {name!r} ({shown}); a relative "
            "path has three slashes, as in sqlite:///reviews.db, an absolute one four"
        )


def _require_known_settings(url: URL, shown: str) -> None:
    unknown = sorted(set(url.query) - SQLITE_SETTINGS) if _is_sqlite_file(url) else []
    if unknown:
        raise DataProblem(
            f"the URL of an SQLite database must have settings that it knows, not {', '.join(unknown)} ({shown}); it "
            f"knows {', '.join(sorted(SQLITE_SETTINGS))}"
        )


def value_as_text(value: object) -> object:
    """Return a `value` of bytes that are UTF-8 as text; any other as it is."""
    if not isinstance(value, _BYTES):
        return value
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return bytes(value)


@contextmanager
def _failures(url: URL, rule: str) -> Iterator[None]:
    """Turn what a driver or SQLAlchemy raises into one sentence without the password."""
    try:
        yield
    except (SQLAlchemyError, OSError, ValueError, Warning) as error:  # sqlite3 raises a Warning for two statements
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        reason = one_line(cause)
        if url.password:
            reason = reason.replace(str(url.password), "***")
        hint = "" if url.password or "password" not in reason else f" ({DATA_PASSWORD_VARIABLE} may have it)"
        raise DataProblem(f"{rule}, but: {reason}{hint}") from None
