"""What the world does to a search: Ctrl-C, a worker that is killed, and the end of its time."""

import shutil
import signal
import time

import pytest
from mlflow import MlflowClient

from tests.integration.command import automl, write_reviews
from tests.integration.running import OFTEN, RunningSearch, record, steps
from tests.integration.test_own_space import example
from trials.protocol import TrialEnd


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_signal_ends_in_good_order_and_hands_over_the_best_so_far(tmp_path, until_end, number):
    """In the space of docs/spaces.md, which workers must find too."""
    (tmp_path / "own_space.py").write_text(example())
    write_reviews(tmp_path / "reviews.csv", rows=400)
    words = ("--space", "own_space:shallow", "--study", "s", "--time-budget", "10m", "--epochs", 100)
    searching = until_end(RunningSearch(tmp_path, "search", "reviews.csv", *words))
    searching.wait_for("trial 0 at 11%")
    searching.send(number)
    assert searching.end(timeout=90) == 0, searching.said
    assert (tmp_path / "runs/s/best/model.safetensors").is_file()
    study = record(tmp_path)
    assert {trial.state for trial in study.trials} <= {"WAITING", "COMPLETE", "PRUNED"}
    assert study.trials[0].end == TrialEnd.PREEMPTED
    assert study.trials[0].params == {"architecture.heads": 4, "optimizer.learning_rate": 3e-3}
    assert all(trial.params.keys() == study.trials[0].params.keys() for trial in study.trials)
    assert "interrupted" in searching.said
    assert "Traceback" not in searching.said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("Starting Ray", signal.SIGTERM),
        ("Ray dashboard", signal.SIGINT),
        pytest.param("Starting Ray", signal.SIGINT, marks=pytest.mark.slow),
        pytest.param("Ray dashboard", signal.SIGTERM, marks=pytest.mark.slow),
    ],
)
def test_a_signal_before_the_first_evaluation_ends_soon_and_says_so(tmp_path, running, moment, number):
    searching = running("--time-budget", "10m", "--epochs", 40)
    searching.wait_for(moment)
    time.sleep(0.5)
    searching.send(number)
    assert searching.end(timeout=60) in (1, 130)
    said = searching.said
    assert "error:" in said
    assert "Traceback" not in said
    if (tmp_path / "runs/studies.db").exists() and "trial 0 started" in said:
        assert "RUNNING" not in {trial.state for trial in record(tmp_path).trials}


@pytest.mark.slow
def test_a_killed_worker_loses_no_trial(tmp_path, running):
    """Neither the end of Ray's worker, nor that of the process that trains for it."""
    searching = running("--trials", 2, "--epochs", 20, "--pruner", "none")
    searching.wait_for("trial 0 at 1%")
    searching.workers()[0].kill()
    searching.wait_for("preempted")
    searching.wait_for("trial 0 at 11%")
    searching.trainers()[0].kill()
    assert searching.end(timeout=150) == 0, searching.said
    assert [trial.end for trial in record(tmp_path).trials] == [TrialEnd.COMPLETED] * 2
    assert searching.said.count("preempted") >= 2
    assert "the process that trained was killed" in searching.said


@pytest.mark.slow
def test_the_time_budget_is_kept_and_running_trials_wait_for_a_resume(tmp_path, running):
    searching = running("--time-budget", "8s", "--epochs", 500)
    searching.wait_for("search ended")
    said = searching.said
    ended = next(line for line in said.splitlines() if "search ended" in line)
    assert float(ended.strip("[").split()[0]) < 11
    searching.kill()
    assert {trial.state for trial in record(tmp_path).trials} == {"WAITING"}


def test_a_killed_driver_leaves_a_study_that_can_be_resumed(tmp_path, running):
    searching = running("--trials", 2, "--epochs", 7, "--pruner", "none")
    searching.wait_for("trial 0 at 33%")
    searching.kill()
    before = record(tmp_path)
    assert "RUNNING" in {trial.state for trial in before.trials}
    resumed = automl("resume", "s", "--trials", 2, "--json", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    after = record(tmp_path)
    assert [trial.end for trial in after.trials] == [TrialEnd.COMPLETED] * 2
    for earlier, later in zip(before.trials, after.trials, strict=False):
        assert later.evaluations[: len(earlier.evaluations)] == earlier.evaluations, "what was done is not done again"
        assert steps(later) == list(OFTEN)
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}")
    runs = client.search_runs([client.get_experiment_by_name("s").experiment_id])
    trials = [run for run in runs if "automl.trial" in run.data.tags]
    assert sorted(run.data.tags["automl.trial"] for run in trials) == ["0", "1"]
    assert {run.info.status for run in trials} == {"FINISHED"}


@pytest.mark.slow
def test_a_machine_that_is_lost_with_its_disk_costs_one_evaluation_where_there_is_a_storage_path(tmp_path, running):
    searching = running("--trials", 1, "--epochs", 12, "--pruner", "none", "--storage-path", "shared")
    searching.wait_for("trial 0 at 44%")
    searching.kill()
    shutil.rmtree(tmp_path / "runs" / "s")
    resumed = automl("resume", "s", "--trials", 1, cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert "trial 0 at 11%" not in resumed.stdout + resumed.stderr, "it went on from its copy"
    (trial,) = record(tmp_path).trials
    assert trial.end == TrialEnd.COMPLETED
    assert steps(trial) == list(OFTEN)
    assert (tmp_path / "shared/s/best/model.safetensors").is_file()
    (copy,) = (tmp_path / "shared/s/trials").rglob("*.tar")
    assert copy.name.startswith("00000-model-"), "of a trial that has ended its model alone is kept"
