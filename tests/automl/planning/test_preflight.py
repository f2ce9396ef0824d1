"""What can be checked without compute is checked, and nothing is left behind."""

from pathlib import Path

import pytest

from automl.config.schema import Experiment
from automl.core.errors import UsageError, WorkspaceError
from automl.planning.preflight import preflight


def experiment(workspace: Path, **fields: object) -> Experiment:
    return Experiment.model_validate({"data": {"source": "imdb"}, "workspace": workspace, **fields})


@pytest.fixture(autouse=True)
def _no_tracking_server(monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.mark.parametrize("name", [".", "runs", "deep/below/runs"])
def test_a_workspace_may_be_there_or_not(tmp_path, name):
    assert preflight(experiment(tmp_path / name)) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("file", "is a file"), ("file/runs", "is a file"), ("x" * 300, "File name too long")],
)
def test_a_workspace_that_is_none(tmp_path, name, words):
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match=words):
        preflight(experiment(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_root_finds_out_too_that_a_folder_takes_no_files():
    with pytest.raises(WorkspaceError, match=r"The workspace '/proc/runs' must be a folder that can be written to"):
        preflight(experiment(Path("/proc/runs")))


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        ("studies.db", "must be a SQLAlchemy URL"),
        ("oracl://host/db", "must be a SQLAlchemy URL"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:////proc/studies.db", "must lie in a folder that can be written to"),
        ("mssql+pymssql://me:secret@host/db", "needs the Python package 'pymssql'"),
    ],
)
def test_a_storage_that_is_none(tmp_path, storage, words):
    with pytest.raises(UsageError) as raised:
        preflight(experiment(tmp_path, storage=storage))
    assert words in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "uri", ["sqlite:///mlflow.db", "http://localhost:5000", "mlruns", "file:///tmp/mlruns", "databricks"]
)
def test_tracking_uris(tmp_path, uri):
    assert preflight(experiment(tmp_path, tracking_uri=uri, storage=f"sqlite:///{tmp_path}/new/studies.db")) == []


def test_a_tracking_uri_from_the_environment_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http:///nowhere")
    with pytest.raises(UsageError, match="must name a host"):
        preflight(experiment(tmp_path))


def test_all_problems_are_told_at_once(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as raised:
        preflight(experiment(tmp_path / "file", storage="sqlite://", tracking_uri="htp://localhost"))
    assert len(str(raised.value).splitlines()) == 3


def test_more_slots_than_cores_are_told_but_not_refused(tmp_path):
    (warning,) = preflight(experiment(tmp_path, resources={"slots": 1000, "cpus_per_trial": 2}))
    assert "1000 slots of 2 cores want 2000 cores" in warning


def test_calibration_alone_is_warned_of(tmp_path):
    (warning,) = preflight(experiment(tmp_path, search={"metric": "ece"}))
    assert "does not say how often a model is right" in warning
    assert preflight(experiment(tmp_path, search={"objectives": ["ece", "macro_f1"]})) == []


@pytest.mark.parametrize("place", ["shared", "deep/below/shared", "file://{here}/shared"])
def test_a_storage_path_that_can_be_written_to_is_not_made_yet(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    assert preflight(experiment(tmp_path, storage_path=place.format(here=tmp_path))) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            "/proc/shared",
            r"a folder or an address such as s3://bucket/folder that can be written to, not '/proc/shared'",
        ),
        ("nonsense://bucket", "not 'nonsense://bucket': trying gave: "),
        ("s3://key:secret@bucket/folder", "without a password in it"),
    ],
)
def test_a_storage_path_that_is_none(tmp_path, place, words):
    with pytest.raises(UsageError, match=words) as told:
        preflight(experiment(tmp_path, storage_path=place))
    assert "secret" not in str(told.value)
