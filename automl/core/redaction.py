"""Text without the passwords that stand in it, for whatever is shown, logged or kept."""

import re

_IN_ADDRESS = re.compile(r"(//[^\s:/@'\"]*):[^\s@]*@(?:[^\s@?'\"]*@)*")
"""To the last `@`: a password should have none, but whoever wrote one is not to read half of it in a message."""

_AS_SETTING = re.compile(r"(\b(?:ssl)?password=)('[^']*'|[^\s&'\"]*)", re.IGNORECASE)
"""In the query of a URL, or among the settings that PostgreSQL's own tools take."""

HIDDEN = "***"


def without_password(text: str) -> str:
    """`text` with `***` for the password of every URL in it: `postgresql://me:***@host/studies`."""
    return _AS_SETTING.sub(rf"\1{HIDDEN}", _IN_ADDRESS.sub(rf"\1:{HIDDEN}@", text))


def drop_password(url: str) -> str:
    """The URL as if no password had been given in it, `http://me@host`: that may be kept.

    It can be used with a password from elsewhere: PostgreSQL takes one from `PGPASSWORD` or its password file, MLflow
    from `MLFLOW_TRACKING_PASSWORD`.
    """
    return _AS_SETTING.sub(r"\1", _IN_ADDRESS.sub(r"\1@", url))
