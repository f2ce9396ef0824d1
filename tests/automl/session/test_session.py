"""What a search refuses before anything is started. Whole searches run in tests/integration."""

import signal

import pytest

from automl.config.schema import Experiment
from automl.console.console import Console
from automl.core.errors import AutomlError, UsageError
from automl.core.workspace import Workspace
from automl.session.session import resume, search
from automl.storage.open_store import create_store
from tests.automl.session.plans import make_plan


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for name in ("AUTOML_STORAGE_URL", "MLFLOW_TRACKING_URI", "RAY_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_a_study_that_is_not_there_cannot_be_resumed(tmp_path):
    with pytest.raises(UsageError, match="there must be a database of studies"):
        resume(Workspace(tmp_path / "runs"), "s", None, None, None, Console())
    workspace = Workspace(tmp_path / "runs")
    store = create_store(workspace)
    store.create(make_plan(tmp_path).new_study("a study"), {})
    store.close()
    with pytest.raises(UsageError, match="Did you mean 'a study'"):
        resume(workspace, "a studdy", None, None, None, Console())


def test_a_search_that_cannot_run_leaves_no_study_and_the_signals_as_they_were(tmp_path):
    before = signal.getsignal(signal.SIGINT)
    experiment = Experiment(data={"source": str(tmp_path / "nowhere.csv")}, workspace=tmp_path / "runs")
    with pytest.raises(AutomlError, match="nowhere"):
        search(experiment, Console())
    assert signal.getsignal(signal.SIGINT) is before
    assert not (tmp_path / "runs" / "studies.db").exists()
