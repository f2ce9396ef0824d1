"""What a failed call to MLflow means: that it is away, that it refuses what was sent, or that the mistake is ours."""

from enum import Enum, auto

from sqlalchemy.exc import SQLAlchemyError

from automl.core import AutomlError, without_password

REJECTIONS = frozenset({"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "INVALID_STATE"})
"""MLflow's answers that a second try would not change."""

SILENCES = (OSError, SQLAlchemyError, ImportError, AutomlError)
"""Of the network, the disk and the database driver; requests' errors are OSErrors, those of our own database ours."""


class CallError(Enum):
    """What to do: try again, drop what was sent, or drop it and tell of a bug."""

    AWAY = auto()
    REFUSED = auto()
    BUG = auto()


def call_error_of(error: Exception) -> CallError:
    """Sorts an error. MLflow's own are known by their code, without importing MLflow."""
    code = getattr(error, "error_code", None)
    if code in REJECTIONS:
        return CallError.REFUSED
    if isinstance(error, FileNotFoundError):
        return CallError.BUG  # a file to attach that is not there will not come
    return CallError.AWAY if isinstance(code, str) or isinstance(error, SILENCES) else CallError.BUG


def one_line(error: Exception) -> str:
    """What an error says, shortly and without a password."""
    lines = without_password(str(error)).strip().splitlines()
    return f"{lines[0][:300]}." if lines else f"{type(error).__name__}."
