"""The tracker against real stores: a SQLite file, and a real MLflow server that comes up late."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow import MlflowClient

from automl.search.contract import EFFECTS
from automl.search.events import SearchEnded, StopReason
from automl.tracking.mlflow_names import CAUSE_TAG, END_TAG, SEARCH_STATUS_TAG
from automl.tracking.mlflow_tracker import MlflowTracker
from automl.tracking.ui import start_ui
from tests.automl.tracking.news import (
    DEFAULTS,
    one_of_each_end,
    search_started,
    trial_ended,
    trial_evaluated,
    trial_started,
    winner,
)
from tests.automl.tracking.reading import searches_of, trials_of
from trials.record import TrialEnd

PATIENCE = 60.0
STATUSES = {end: effect.mlflow_status for end, effect in EFFECTS.items()}


@pytest.fixture(scope="module")
def recorded(mlflow_uri: str, mlflow_workspace: Path) -> str:
    """A study that holds one trial for each end, and a winner."""
    warnings: list[str] = []
    tracker = MlflowTracker(mlflow_uri, mlflow_workspace / "artifacts", "each-end", "the search", warnings.append)
    for event in one_of_each_end():
        tracker.notice(event)
    found = winner(mlflow_workspace / "best")
    tracker.log_winner(found, [found.folder / "README.md", found.folder / "automl.json"])
    assert tracker.close(PATIENCE) == 0
    assert not warnings
    return "each-end"


def test_every_end_has_its_status_and_its_tag(mlflow_uri: str, recorded: str) -> None:
    trials = trials_of(mlflow_uri, recorded)
    assert {TrialEnd(trial.data.tags[END_TAG]): trial.info.status for trial in trials.values()} == STATUSES
    assert trials[5].data.tags[CAUSE_TAG] == "cause of error"
    assert CAUSE_TAG not in trials[0].data.tags


def test_a_trial_has_its_name_parameters_and_cost(mlflow_uri: str, recorded: str) -> None:
    trial = trials_of(mlflow_uri, recorded)[1]
    assert trial.info.run_name == "trial-0001"
    assert trial.data.params == {name: str(value) for name, value in {**DEFAULTS, "architecture.depth": 2}.items()}
    assert trial.data.metrics["cost/parameters"] == 1_250_000


def test_metrics_stand_at_the_examples_seen(mlflow_uri: str, recorded: str) -> None:
    trial = trials_of(mlflow_uri, recorded)[0]
    history = MlflowClient(mlflow_uri).get_metric_history(trial.info.run_id, "validation/macro_f1")
    assert [(metric.step, round(metric.value, 3)) for metric in history] == [
        (111, 0.505),
        (1000, 0.545),
        (3000, 0.635),
        (6000, 0.77),
        (9000, 0.905),
    ]
    assert trial.data.metrics["train/loss"] == pytest.approx(1.5 - 0.905)


def test_the_search_is_the_parent_and_carries_settings_leader_and_winner(
    mlflow_uri: str, recorded: str, tmp_path: Path
) -> None:
    (search,) = searches_of(mlflow_uri, recorded)
    assert (search.info.run_name, search.info.status) == ("the search", "FINISHED")
    assert search.data.params["sampler"] == "tpe"
    assert search.data.tags[SEARCH_STATUS_TAG] == "all trials done"
    assert search.data.metrics["best/macro_f1"] == pytest.approx(0.905)
    scores = {name: search.data.metrics[f"{name}/macro_f1"] for name in ("test", "default_test", "baseline_test")}
    assert scores == {"test": 0.9, "default_test": 0.84, "baseline_test": 0.94}
    folder = Path(MlflowClient(mlflow_uri).download_artifacts(search.info.run_id, "", str(tmp_path)))
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {"README.md", "automl.json", "plots/confusion_matrix.png", "plots/learning_curve.png"}
    parents = {trial.data.tags["mlflow.parentRunId"] for trial in trials_of(mlflow_uri, recorded).values()}
    assert parents == {search.info.run_id}


def test_a_resumed_trial_goes_on_in_its_run_and_a_killed_driver_leaves_nothing_running(mlflow_uri: str) -> None:
    study = "resumed"
    killed = MlflowTracker(mlflow_uri, None, study)
    for event in (search_started(study=study), trial_started(0), trial_started(1), trial_evaluated(1, 1, 0.5)):
        killed.notice(event)
    _wait(lambda: len(killed.run_ids) == 2)
    with MlflowTracker(mlflow_uri, None, study) as again:
        again.notice(search_started(study=study))
        again.notice(trial_started(1, resumed=True))
        again.notice(trial_evaluated(1, 9, 0.6))
        again.notice(trial_ended(1, TrialEnd.COMPLETED, 0.6))
        again.notice(SearchEnded(StopReason.TRIALS))
        assert again.close(PATIENCE) == 0
    trials = trials_of(mlflow_uri, study)
    assert trials[1].info.run_id == killed.run_ids[1]
    assert {number: trial.info.status for number, trial in trials.items()} == {0: "KILLED", 1: "FINISHED"}
    history = MlflowClient(mlflow_uri).get_metric_history(trials[1].info.run_id, "validation/macro_f1")
    assert [metric.step for metric in history] == [111, 1000]
    assert [search.info.status for search in searches_of(mlflow_uri, study)] == ["KILLED", "FINISHED"]


def test_a_search_that_was_broken_off_is_killed_with_its_trials(mlflow_uri: str) -> None:
    with MlflowTracker(mlflow_uri, None, "broken-off") as tracker:
        tracker.notice(search_started(study="broken-off"))
        tracker.notice(trial_started(0))
        assert tracker.close(PATIENCE) == 0
    (search,) = searches_of(mlflow_uri, "broken-off")
    assert (search.info.status, search.data.tags[SEARCH_STATUS_TAG]) == ("KILLED", "interrupted")
    assert trials_of(mlflow_uri, "broken-off")[0].info.status == "KILLED"


def test_what_mlflow_refuses_is_dropped_told_once_and_counted(mlflow_uri: str) -> None:
    warnings: list[str] = []
    tracker = MlflowTracker(mlflow_uri, None, "refused", warn=warnings.append)
    tracker.notice(search_started(study="refused"))
    tracker.notice(trial_started(0, **{"not a legal name?": 1}))
    tracker.notice(trial_ended(0, TrialEnd.COMPLETED, 0.9))
    tracker.notice(SearchEnded(StopReason.TRIALS))
    assert tracker.close(PATIENCE) == 1
    assert trials_of(mlflow_uri, "refused")[0].info.status == "FINISHED"
    assert len(warnings) == 2, warnings
    assert "did not take TrialStarted" in warnings[0]
    assert "1 of 4" in warnings[1]


def test_a_server_that_comes_up_late_gets_everything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    uri = f"http://127.0.0.1:{port}"
    warnings: list[str] = []
    tracker = MlflowTracker(uri, tmp_path / "not-used", "late", warn=warnings.append)
    began = time.monotonic()
    for event in one_of_each_end():
        tracker.notice(event)
    assert time.monotonic() - began < 0.5, "a store that is not there holds nobody up"
    _wait(lambda: bool(warnings))
    store = tmp_path / "mlflow.db"
    store.touch()
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{store}", "--workers", "1"]
    command += ["--port", str(port), "--artifacts-destination", str(tmp_path / "served")]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        found = winner(tmp_path / "best")
        tracker.log_winner(found, [found.folder / "README.md"])
        assert tracker.close(90) == 0
        statuses = {TrialEnd(run.data.tags[END_TAG]): run.info.status for run in trials_of(uri, "late").values()}
        assert statuses == STATUSES
        assert len(warnings) == 1, warnings
        assert "does not answer" in warnings[0]
        assert list((tmp_path / "served").rglob("confusion_matrix.png"))
        address = tracker.address()
        assert address is not None
        with start_ui(uri, None, 0, "late") as page:
            assert (page.url, page.is_own_server) == (address, False)
    finally:
        os.killpg(server.pid, 15)
        server.wait(20)


def test_close_tells_what_was_not_delivered() -> None:
    warnings: list[str] = []
    tracker = MlflowTracker("http://127.0.0.1:9", None, "nobody", warn=warnings.append)
    tracker.notice(search_started(study="nobody"))
    tracker.notice(SearchEnded(StopReason.TRIALS))
    assert tracker.close(2.0) == 2
    assert "2 of 2" in warnings[-1]
    told = len(warnings)
    assert tracker.close(60) == 2, "closing again waits for nothing"
    assert len(warnings) == told
    assert tracker.address() is None


def test_nothing_of_mlflow_reaches_the_terminal_and_no_file_is_left_about(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
import automl.tracking.live, automl.tracking.plain, automl.tracking.ui
from automl.tracking.mlflow_tracker import MlflowTracker
from tests.automl.tracking.news import one_of_each_end
assert not {"mlflow", "matplotlib", "torch", "ray"} & set(sys.modules)
with MlflowTracker("sqlite:///store.db", Path("artifacts"), "quiet") as tracker:
    for event in one_of_each_end():
        tracker.notice(event)
    assert tracker.close(60) == 0
from mlflow.telemetry.client import get_telemetry_client
assert get_telemetry_client() is None
"""
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTEST_", "CI"))}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**quiet, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in tmp_path.iterdir()} <= {"store.db", "store.db-wal", "store.db-shm"}


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
