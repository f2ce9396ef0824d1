"""Removes passwords from text that is shown, logged or stored."""

import re

from trials.errors import first_line

_IN_ADDRESS = re.compile(
    r"((?:(https?:)|(?<!http:)(?<!https:))//[^\s:/@'\"]*):(?(2)(?!\d+[/?#]))[^\s@]*@(?:[^\s@?'\"]*@)*", re.IGNORECASE
)
"""Matches up to the last `@`, because a password that wrongly contains `@` must not be shown in part.

An address of HTTP with a port has its password before that; an `@` after it is part of the path or the query.
"""

_PORT_BEFORE_AT = re.compile(r"\w://[^:/]*:\d+[/?][^@]*@")

_AS_SETTING = re.compile(
    r"((?:\b|(?<=%3B))(?:ssl|access_|auth_|client_)?(?:password|passwd|pwd|token|secret)(?:=|%3D))"
    r"('[^']*'|\{[^}]*\}|(?:(?!(?:;|%3B)[\w\s+]*(?:=|%3D))[^\s&'\"])*)",
    re.IGNORECASE,
)
"""Matches a secret in the query of a URL, or in a connection string of PostgreSQL or ODBC, also percent-encoded."""

HIDDEN = "***"

LONGEST_LINE = 300
"""Characters of an error's message that are shown."""


def without_password(text: str) -> str:
    """Return `text` with each password replaced with `***`, as in `postgresql://me:***@host/studies`."""
    return _AS_SETTING.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1:{HIDDEN}@", text))


def at_problem(address: str, host: str | None) -> str | None:
    """Return why an `@` in the URL of a database is not clear, as one sentence without the password; None if all are.

    SQLAlchemy would take `db:5432/shop?user=me@corp` for the password `5432/shop?user=me` and the host `corp`.

    Args:
        address: the URL.
        host: its host, as it was understood.
    """
    shown = without_password("".join(address.split()))
    if _PORT_BEFORE_AT.search(address):
        return f"an @ after the port must be written with %40 for it, a / or ? in a password with %2F or %3F: {shown}"
    if "@" in (host or ""):
        return f"a password with an @ must be written with %40 for it, as in any URL: {shown}"
    return None


def one_line(error: BaseException) -> str:
    """Return the first line of an error's message, without passwords; the error's type if it has no message."""
    return without_password(first_line(error))[:LONGEST_LINE]


def drop_password(url: str) -> str:
    """Return `url` without its password, as in `http://me@host`, so that it can be stored.

    The password must then come from elsewhere: PostgreSQL reads `PGPASSWORD` or its password file, MLflow reads
    `MLFLOW_TRACKING_PASSWORD`.
    """
    return _AS_SETTING.sub(r"\1", _IN_ADDRESS.sub(r"\1@", url))
