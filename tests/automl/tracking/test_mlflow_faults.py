import pytest
import requests
from mlflow import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, TEMPORARILY_UNAVAILABLE
from sqlalchemy.exc import OperationalError

from automl.errors import WorkspaceError
from automl.tracking.mlflow_faults import Fault, fault_of, one_line


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (MlflowException("no such name", INVALID_PARAMETER_VALUE), Fault.REFUSED),
        (MlflowException("busy", TEMPORARILY_UNAVAILABLE), Fault.AWAY),
        (requests.ConnectionError("refused"), Fault.AWAY),
        (OperationalError("select", {}, Exception("locked")), Fault.AWAY),
        (WorkspaceError("the database of studies is away"), Fault.AWAY),
        (FileNotFoundError("README.md"), Fault.BUG),
        (LookupError("ours"), Fault.BUG),
        (TypeError("ours"), Fault.BUG),
        (ValueError("ours"), Fault.BUG),
    ],
)
def test_only_what_mlflow_refuses_is_dropped_and_only_our_own_is_a_bug(error: Exception, fault: Fault) -> None:
    assert fault_of(error) is fault


def test_an_error_is_told_in_one_line_without_a_password() -> None:
    assert one_line(OSError("no http://me:secret@host/\nmore")) == "no http://me:***@host/."
    assert one_line(OSError()) == "OSError."
