import socket
import urllib.error
import urllib.request
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from mlflow import MlflowClient

from automl.core.errors import UsageError
from automl.core.events import SearchEnded, StopReason
from automl.core.records import StudyIdentity
from automl.tracking.mlflow.experiment import open_experiment
from automl.tracking.mlflow.tracker import MlflowTracker
from automl.tracking.mlflow.ui.server import start_ui
from tests.automl.tracking.news import search_started, tracked


@pytest.fixture(scope="module")
def study(mlflow_uri: str) -> str:
    tracker = MlflowTracker(mlflow_uri, None, tracked("ui-study"))
    tracker.notice(search_started())
    tracker.notice(SearchEnded(StopReason.TRIALS))
    assert tracker.close() == 0
    return "ui-study"


@pytest.mark.integration
def test_the_server_answers_at_the_study_tells_no_database_and_is_gone_afterwards(
    mlflow_uri: str, mlflow_workspace: Path, study: str
) -> None:
    with start_ui(mlflow_uri, mlflow_workspace / "artifacts", 0, StudyIdentity(study, "")) as ui:
        server = ui.url.partition("/#/")[0]
        assert server.startswith("http://127.0.0.1:")
        assert "/runs?workflowType=machine_learning" in ui.url
        with urllib.request.urlopen(server, timeout=10) as page:
            assert b"<title>MLflow" in page.read()
        family = psutil.Process().children(recursive=True)
        assert any("mlflow" in " ".join(process.cmdline()) for process in family)
        assert not any(mlflow_uri in " ".join(process.cmdline()) for process in family), "it may have a password"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(server, timeout=2)


def test_an_unknown_study_is_told_with_the_near_miss(mlflow_uri: str, study: str) -> None:
    with pytest.raises(UsageError, match=r"no study 'ui-stud'. Did you mean 'ui-study'\?"):
        start_ui(mlflow_uri, None, 0, StudyIdentity("ui-stud", ""))


def test_a_taken_port_is_told(mlflow_uri: str, study: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} must be free"):
            start_ui(mlflow_uri, None, port, StudyIdentity(study, ""))


def test_a_missing_database_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Run `automl search` first"):
        start_ui(f"sqlite:///{tmp_path / 'mlflow.db'}", None, 0, None)
    assert not list(tmp_path.iterdir())


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(UsageError, match="must answer") as told:
        start_ui("http://me:secret@127.0.0.1:9", None, 0, None)
    assert "secret" not in str(told.value)


@pytest.mark.integration
def test_of_two_studies_with_one_name_the_one_that_is_meant_is_shown(mlflow_uri: str) -> None:
    client, identities = MlflowClient(mlflow_uri), [StudyIdentity("ui-namesake", uuid4().hex) for _ in range(2)]
    _, mine = (open_experiment(client, identity, None) for identity in identities)
    with start_ui(mlflow_uri, None, 0, identities[1]) as ui:
        assert f"/#/experiments/{mine}/runs" in ui.url
