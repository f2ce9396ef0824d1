"""Trials that are trained as one program: what the world does to them, and what is left of it when they have ended."""

import signal
import sqlite3

from mlflow import MlflowClient
from transformers import pipeline

from tests.integration.command import automl
from tests.integration.running import record, steps
from trials.protocol import TrialEnd

OVER = {TrialEnd.COMPLETED, TrialEnd.PRUNED}


def test_a_pack_that_is_killed_stopped_and_resumed_loses_no_trial(tmp_path, running):
    searching = running("--trials", 4, "--epochs", 4, "--pack", 3, "--slots", 1)
    searching.wait_for("trial 2 at 1%")
    (trainer,) = searching.trainers()
    trainer.kill()
    searching.wait_for("trial 3 started")
    killed = [line for line in searching.said.splitlines() if "the process that trained was killed" in line]
    over = [line for line in searching.said.partition(killed[0])[0].splitlines() if " pruned" in line]
    assert len(killed) + len(over) == 3, "every member that ran is preempted, once"
    searching.send(signal.SIGINT)
    assert searching.end(timeout=60) == 0, searching.said
    assert "Traceback" not in searching.said
    before = record(tmp_path).trials
    assert {trial.end for trial in before} <= {*OVER, TrialEnd.PREEMPTED}
    assert any(trial.end in OVER for trial in before)
    assert any(trial.end == TrialEnd.PREEMPTED for trial in before)

    resumed = automl("resume", "s", "--trials", 4, cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    after = record(tmp_path).trials
    assert [trial.number for trial in after] == list(range(4))
    assert {trial.end for trial in after} <= OVER
    assert after[0].end == TrialEnd.COMPLETED
    for earlier, later in zip(before, after, strict=False):
        assert later.params == earlier.params
        assert later.evaluations[: len(earlier.evaluations)] == earlier.evaluations, "what was done is not done again"
        assert len(set(steps(later))) == len(steps(later))
    shape = "architecture.depth", "architecture.heads", "text.vocabulary_size", "training.batch_size"
    assert len({tuple(trial.params[name] for name in shape) for trial in after[:3]}) == 1
    assert 1.0 < max(trial.cost.members for trial in after) < 3.01, "they shared the time of their worker"

    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'runs' / 'mlflow.db'}")
    runs = client.search_runs([client.get_experiment_by_name("s").experiment_id])
    trials = {run.data.tags["automl.trial"]: run for run in runs if "automl.trial" in run.data.tags}
    assert sorted(trials) == ["0", "1", "2", "3"]
    assert {run.info.status for run in trials.values()} == {"FINISHED"}
    for trial in after:
        assert trials[str(trial.number)].data.metrics.get("cost/members", 1.0) == trial.cost.members
    with sqlite3.connect(tmp_path / "runs/studies.db") as database:
        assert database.execute("select count(*) from trials where state = 'RUNNING'").fetchone() == (0,)
    best = pipeline("text-classification", model=str(tmp_path / "runs/s/best"))
    assert best("a lovely, charming film")[0]["label"] == "positive"
