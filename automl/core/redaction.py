"""Removes passwords from text that is shown, logged or stored."""

import re

from trials.errors import first_line

_IN_ADDRESS = re.compile(r"(//[^\s:/@'\"]*):[^\s@]*@(?:[^\s@?'\"]*@)*")
"""Matches up to the last `@`, because a password that wrongly contains `@` must not be shown in part."""

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


def one_line(error: BaseException) -> str:
    """Return the first line of an error's message, without passwords; the error's type if it has no message."""
    return without_password(first_line(error))[:LONGEST_LINE]


def drop_password(url: str) -> str:
    """Return `url` without its password, as in `http://me@host`, so that it can be stored.

    The password must then come from elsewhere: PostgreSQL reads `PGPASSWORD` or its password file, MLflow reads
    `MLFLOW_TRACKING_PASSWORD`.
    """
    return _AS_SETTING.sub(r"\1", _IN_ADDRESS.sub(r"\1@", url))
