"""Classifies failed calls to MLflow: the store is unavailable, it rejects the request, or this program has a bug."""

from enum import Enum, auto

from sqlalchemy.exc import SQLAlchemyError

from automl.core import AutomlError

REJECTIONS = frozenset(
    {"ENDPOINT_NOT_FOUND", "INVALID_PARAMETER_VALUE", "INVALID_STATE", "PERMISSION_DENIED", "RESOURCE_DOES_NOT_EXIST"}
)
"""MLflow's error codes for requests that a retry would not change."""

UNAVAILABLE = (OSError, SQLAlchemyError, ImportError, AutomlError)
"""Errors of an unavailable store: of the network, the disk and the database driver. Errors of requests are OSErrors."""


class CallError(Enum):
    """The kind of a failed call.

    Attributes:
        AWAY: MLflow does not answer; the call is retried.
        REFUSED: MLflow rejects the request; it is dropped.
        BUG: an error in this program; the request is dropped, and the traceback is logged.
    """

    AWAY = auto()
    REFUSED = auto()
    BUG = auto()


def call_error_of(error: Exception) -> CallError:
    """Return the kind of `error`. MLflow's exceptions are recognized by their code, without importing MLflow."""
    code = getattr(error, "error_code", None)
    if code in REJECTIONS:
        return CallError.REFUSED
    if isinstance(error, FileNotFoundError):
        return CallError.BUG  # a retry does not help if a file to attach is missing
    return CallError.AWAY if isinstance(code, str) or isinstance(error, UNAVAILABLE) else CallError.BUG
