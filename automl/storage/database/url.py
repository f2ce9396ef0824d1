"""Where a database of studies lies: its URL, how it is shown, and how we connect to it."""

from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from automl.core import WorkspaceError, without_password

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

SQLITE_BUSY_SECONDS = 60
"""How long SQLite waits for another process's transaction."""

LIBPQ_DRIVERS = frozenset({"psycopg", "psycopg2"})
"""Drivers that hand connection settings on to libpq."""

LIBPQ_SETTINGS = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""A host that vanished without a word is noticed within half a minute, and not after hours. The last is in ms."""


def read_url(text: str) -> URL:
    """The URL of a database that studies can lie in.

    Raises:
        WorkspaceError: it is none, or one of another kind of database. The message holds no password.
    """
    told = without_password("".join(text.split()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
        told = told if "//" in told else told.rpartition("@")[2]
    if url is not None and "@" in (url.host or ""):
        raise WorkspaceError(f"a password with an @ must be written with %40 for it, as in any URL: {told}")
    if url is None or url.get_backend_name() not in {SQLITE, POSTGRESQL}:
        raise WorkspaceError(
            "the storage must be the URL of an SQLite or PostgreSQL database, "
            f"such as postgresql+psycopg://user@host/studies, not {told!r}"
        ) from None
    return url


def shown(url: URL) -> str:
    """The URL as it may stand in a message."""
    return without_password(url.render_as_string(hide_password=True))


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database; None for any other, and for what is no plain file."""
    if url.get_backend_name() != SQLITE or not url.database or url.database.startswith((":memory:", "file:")):
        return None
    return Path(url.database)


def engine_options(url: URL) -> dict[str, Any]:
    """How SQLAlchemy is to connect. What the URL itself says has precedence.

    A connection that broke is not replaced in silence: what it held is lost, and the work that it was for begins again.
    """
    if url.get_backend_name() == SQLITE:
        return {"connect_args": {"timeout": SQLITE_BUSY_SECONDS}}
    if url.get_driver_name() not in LIBPQ_DRIVERS:
        return {}
    settings = {name: value for name, value in LIBPQ_SETTINGS.items() if name not in url.query}
    return {"connect_args": settings}
