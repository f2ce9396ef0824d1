"""The URL of a database of studies: parsing, display without a password, and connection settings."""

from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from automl.core import WorkspaceError, at_problem, without_password

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

SQLITE_BUSY_SECONDS = 60
"""Seconds that SQLite waits for a transaction of another process."""

LIBPQ_DRIVERS = frozenset({"psycopg", "psycopg2"})
"""Drivers that pass connection settings on to libpq."""

LIBPQ_SETTINGS = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""Settings by which a host that vanished is noticed within half a minute instead of hours; the last one is in ms."""


def read_url(text: str) -> URL:
    """Parse `text` as the URL of an SQLite or PostgreSQL database.

    Raises:
        WorkspaceError: it is no such URL. The message holds no password.
    """
    redacted = without_password("".join(text.split()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
        redacted = redacted if "//" in redacted else redacted.rpartition("@")[2]
    if url is not None and (problem := at_problem(text, url.host)) is not None:
        raise WorkspaceError(problem)
    if url is None or url.get_backend_name() not in {SQLITE, POSTGRESQL}:
        raise WorkspaceError(
            "the storage must be the URL of an SQLite or PostgreSQL database, "
            f"such as postgresql+psycopg://user@host/studies, not {redacted!r}"
        ) from None
    return url


def shown(url: URL) -> str:
    """Return `url` without its password, for messages."""
    return without_password(url.render_as_string(hide_password=True))


def sqlite_file(url: URL) -> Path | None:
    """Return the file of the SQLite database at `url`; None for other databases, in-memory ones, and `file:` URIs."""
    if url.get_backend_name() != SQLITE or not url.database or url.database.startswith((":memory:", "file:")):
        return None
    return Path(url.database)


def engine_options(url: URL) -> dict[str, Any]:
    """Return the arguments of `create_engine` for `url`; settings in the URL's query have precedence.

    A broken connection is not replaced silently: its locks are lost, so the operation must start again.
    """
    if url.get_backend_name() == SQLITE:
        return {"connect_args": {"timeout": SQLITE_BUSY_SECONDS}}
    if url.get_driver_name() not in LIBPQ_DRIVERS:
        return {}
    settings = {name: value for name, value in LIBPQ_SETTINGS.items() if name not in url.query}
    return {"connect_args": settings}
