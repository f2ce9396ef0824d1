"""What the world does to a search: Ctrl-C, a worker that is killed, and the end of its time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from mlflow import MlflowClient

from automl.storage.studies import StudyStore, sqlite_url
from tests.integration.command import automl, overrides, write_reviews
from trials.record import TrialEnd


def start(folder: Path, *arguments: object) -> subprocess.Popen:
    write_reviews(folder / "reviews.csv", rows=1500)
    command = [sys.executable, "-m", "automl", "search", "reviews.csv", "--study", "s", *map(str, arguments)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "COLUMNS": "300",
        "PYTHONUNBUFFERED": "1",
    }
    log = (folder / "log").open("wb")
    return subprocess.Popen(command + overrides(), cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)


def wait_for(folder: Path, said: str, process: subprocess.Popen, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if said in (folder / "log").read_text():
            return
        assert process.poll() is None, (folder / "log").read_text()
        time.sleep(0.05)
    raise AssertionError(f"{said!r} was not said within {seconds} s: {(folder / 'log').read_text()}")


def record(folder: Path):
    store = StudyStore(sqlite_url(folder / "runs"))
    try:
        return store.record("s")
    finally:
        store.close()


def workers(process: subprocess.Popen) -> list[psutil.Process]:
    family = psutil.Process(process.pid).children(recursive=True)
    return [child for child in family if "TrialActor" in child.name() or "Trainable" in " ".join(child.cmdline())]


@pytest.fixture
def running(tmp_path):
    made = []

    def run(*arguments: object) -> subprocess.Popen:
        made.append(start(tmp_path, *arguments))
        return made[0]

    yield run
    for process in made:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_in_good_order_and_hands_over_the_best_so_far(tmp_path, running, number):
    process = running("--time-budget", "10m", "--epochs", 40)
    wait_for(tmp_path, "trial 0 at 11%", process)
    process.send_signal(number)
    assert process.wait(timeout=90) == 0, (tmp_path / "log").read_text()
    assert (tmp_path / "runs/s/best/model.safetensors").is_file()
    study = record(tmp_path)
    assert {trial.state for trial in study.trials} <= {"WAITING", "COMPLETE", "PRUNED"}
    assert study.trials[0].end == TrialEnd.PREEMPTED
    assert "interrupted" in (tmp_path / "log").read_text()
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.parametrize("moment", ["Starting Ray", "Ray dashboard"])
def test_ctrl_c_before_the_first_evaluation_ends_soon_and_says_so(tmp_path, running, moment):
    process = running("--time-budget", "10m", "--epochs", 40)
    wait_for(tmp_path, moment, process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=40) in (1, 130)
    said = (tmp_path / "log").read_text()
    assert "error:" in said
    assert "Traceback" not in said
    if (tmp_path / "runs/studies.db").exists() and "trial 0 started" in said:
        assert "RUNNING" not in {trial.state for trial in record(tmp_path).trials}


def test_a_killed_worker_loses_no_trial(tmp_path, running):
    process = running("--trials", 2, "--epochs", 20, "--pruner", "none")
    wait_for(tmp_path, "trial 0 at 1%", process)
    victims = workers(process)
    assert victims
    victims[0].kill()
    assert process.wait(timeout=150) == 0, (tmp_path / "log").read_text()
    assert [trial.end for trial in record(tmp_path).trials] == [TrialEnd.COMPLETED] * 2
    assert "preempted" in (tmp_path / "log").read_text()


def test_the_time_budget_is_kept_and_running_trials_wait_for_a_resume(tmp_path, running):
    process = running("--time-budget", "8s", "--epochs", 500)
    wait_for(tmp_path, "search ended", process)
    said = (tmp_path / "log").read_text()
    ended = next(line for line in said.splitlines() if "search ended" in line)
    assert float(ended.strip("[").split()[0]) < 11
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert {trial.state for trial in record(tmp_path).trials} == {"WAITING"}


def test_a_killed_driver_leaves_a_study_that_can_be_resumed(tmp_path, running):
    process = running("--trials", 3, "--epochs", 40, "--pruner", "none")
    wait_for(tmp_path, "trial 0 at 33%", process)
    process.kill()
    process.wait()
    assert "RUNNING" in {trial.state for trial in record(tmp_path).trials}
    resumed = automl("resume", "s", "--trials", 3, "--json", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert [trial.end for trial in record(tmp_path).trials] == [TrialEnd.COMPLETED] * 3
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}")
    runs = client.search_runs([client.get_experiment_by_name("s").experiment_id])
    trials = [run for run in runs if "automl.trial" in run.data.tags]
    assert sorted(run.data.tags["automl.trial"] for run in trials) == ["0", "1", "2"]
    assert {run.info.status for run in trials} == {"FINISHED"}
