"""Addresses of data: the URL of a database, or a data set of the Hugging Face hub."""

import re
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from automl.core import drop_password, without_password
from trials.data import CORPORA
from trials.data.readers import ReadOptions

HUB = "hf://"
"""How the address of a data set of the Hugging Face hub begins."""

QUERY_EXAMPLE = '--sql "SELECT text, label FROM reviews"'

LARGE_FILE = 50_000_000
"""Bytes of a file from which it is said that it is read, which takes some seconds."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SQLITE = re.compile(r"sqlite(\+\w+)?://")


def is_address(source: str) -> bool:
    """Return whether `source` is an address, such as `postgresql://host/reviews`, and not a path or a corpus."""
    return _SCHEME.match(source) is not None


def is_hub(source: str) -> bool:
    """Return whether `source` is the address of a data set of the hub."""
    return source.startswith(HUB)


def is_database(source: str) -> bool:
    """Return whether `source` is an address that can be that of a database."""
    return is_address(source) and not is_hub(source)


def source_problems(source: str, sql: str | None) -> str | None:
    """Return why a source and a query do not go together, as one sentence; None if they do.

    Args:
        source: a path, a corpus or an address.
        sql: the query; None if there is none.
    """
    shown = without_password(source)
    if sql is not None and not is_database(source):
        return (
            "data.sql (--sql) needs the URL of a database as the source, such as postgresql://me@host/reviews or "
            f"sqlite:///reviews.db, not {shown!r}"
        )
    if sql is None and is_database(source):
        return (
            f"{shown!r} is read if it is the URL of a database, and a query names its rows: {QUERY_EXAMPLE}. A file "
            "of another machine must be downloaded first; a data set of the Hugging Face hub is hf://organization/name"
        )
    return None


def idle_options(source: str, read: ReadOptions) -> str | None:
    """Return which options have no effect since the source is no file, as one sentence; None if all have.

    Args:
        source: a path, a corpus or an address.
        read: what the user said about how files are read.
    """
    given = {"encoding": read.encoding, "delimiter": read.delimiter, "header": read.header, "sheet": read.sheet}
    names = [f"data.{name} (--{name})" for name, value in given.items() if value is not None]
    if not names or not is_address(source):
        return None
    kind = "a data set of the hub" if is_hub(source) else "a database"
    return f"{' and '.join(names)} must be left out, as only files are read by it, and the source is {kind}"


def source_title(source: str) -> str:
    """Return a short name for `source`: that of the corpus, the database or the data set, or a path's last part."""
    if source in CORPORA:
        return source
    if is_hub(source):
        return _hub_title(source)
    if not is_address(source):
        return Path(source).expanduser().resolve().stem
    try:
        return Path(make_url(source).database or "database").stem
    except (ArgumentError, ValueError):
        return "database"


def _hub_title(source: str) -> str:
    """Return the name of a data set of the hub, without its organization and revision."""
    path = source.removeprefix(HUB).partition("@")[0].strip("/")
    parts = path.removeprefix("datasets/").split("/")
    return parts[1] if len(parts) > 1 else parts[0]


def absolute_address(source: str, folder: Path) -> str:
    """Return an address in which the file of an SQLite database is an absolute path.

    Args:
        source: the address.
        folder: the folder to which a relative path refers.
    """
    if not _SQLITE.match(source):
        return source
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        return source
    if not url.database or url.database.startswith((":memory:", "file:")):
        return source
    path = (folder / Path(url.database).expanduser()).absolute()
    return url.set(database=str(path)).render_as_string(hide_password=False)


def stored_source(source: str, folder: Path) -> str:
    """Return `source` as it is stored with a study: absolute, and without a password.

    Args:
        source: a path, a corpus or an address.
        folder: the folder to which a relative path refers.
    """
    if source in CORPORA:
        return source
    if is_address(source):
        return drop_password(absolute_address(source, folder))
    return str((folder / Path(source).expanduser()).resolve())


def reading_sentence(source: str) -> str | None:
    """Return what is said before data that may take a while are read; None for those that do not.

    Args:
        source: a path, a corpus or an address.
    """
    if is_address(source):
        return f"Reading {without_password(source)}"
    path = Path(source).expanduser()
    try:
        size = path.stat().st_size if path.is_file() else 0
    except OSError:  # what is wrong with the path is said by its reader
        return None
    return f"Reading {path.name}, {size / 1e6:,.0f} MB" if size >= LARGE_FILE else None
