import pytest
import requests
from mlflow import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, TEMPORARILY_UNAVAILABLE
from sqlalchemy.exc import OperationalError

from automl.core.errors import WorkspaceError
from automl.tracking.mlflow.call_errors import CallError, call_error_of


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (MlflowException("no such name", INVALID_PARAMETER_VALUE), CallError.REFUSED),
        (MlflowException("busy", TEMPORARILY_UNAVAILABLE), CallError.AWAY),
        (requests.ConnectionError("refused"), CallError.AWAY),
        (OperationalError("select", {}, Exception("locked")), CallError.AWAY),
        (WorkspaceError("the database of studies is away"), CallError.AWAY),
        (FileNotFoundError("README.md"), CallError.BUG),
        (LookupError("ours"), CallError.BUG),
        (TypeError("ours"), CallError.BUG),
        (ValueError("ours"), CallError.BUG),
    ],
)
def test_only_what_mlflow_refuses_is_dropped_and_only_our_own_is_a_bug(error: Exception, fault: CallError) -> None:
    assert call_error_of(error) is fault
