"""The tracker against real stores: a SQLite file, and a real MLflow server that comes up late and is killed."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient

from automl.core.events import SearchEnded, StopReason, TrialTaken
from automl.core.trial_states import EFFECTS
from automl.tracking.mlflow.names import (
    ALGORITHM_TAG,
    CAUSE_TAG,
    DRIVER_TAG,
    END_TAG,
    NOTE_TAG,
    SEARCH_STATUS_TAG,
    SOUP_TAG,
    UUID_TAG,
)
from automl.tracking.mlflow.sync import find_differences
from automl.tracking.mlflow.tracker import MlflowTracker
from tests.automl.report.records import make_soup
from tests.automl.tracking.news import (
    DEFAULTS,
    one_of_each_end,
    search_started,
    tracked,
    trial_ended,
    trial_evaluated,
    trial_started,
    winner,
)
from tests.automl.tracking.reading import SECONDS, histories, runs_of, searches_of, trials_of
from tests.automl.tracking.studies import study, trial
from tests.waiting import wait_until
from trials.protocol import TrialEnd

STATUSES = {end: effect.mlflow_status for end, effect in EFFECTS.items()}


@pytest.fixture(scope="module")
def recorded(mlflow_uri: str, mlflow_workspace: Path) -> str:
    """A study that holds one trial for each end, and a winner."""
    warnings: list[str] = []
    tracker = MlflowTracker(mlflow_uri, mlflow_workspace / "artifacts", tracked("each-end"), warn=warnings.append)
    for event in one_of_each_end():
        tracker.notice(event)
    found = replace(winner(mlflow_workspace / "best"), soup=make_soup())
    tracker.log_winner(found, [found.folder / "README.md", found.folder / "automl.json"], "It is **better**.")
    page = mlflow_workspace / "report.html"
    page.write_text("<html></html>")
    tracker.log_file(page)
    tracker.log_file(page.with_name("missing.html"))  # what is lost of it is told, and nothing else is lost
    assert tracker.close() == 1
    assert "the report" in warnings[0] and "The search continues" in warnings[0]
    return "each-end"


def test_every_end_has_its_status_and_its_tag(mlflow_uri: str, recorded: str) -> None:
    trials = trials_of(mlflow_uri, recorded)
    assert {TrialEnd(trial.data.tags[END_TAG]): trial.info.status for trial in trials.values()} == STATUSES
    assert trials[5].data.tags[CAUSE_TAG] == "cause of error"
    assert CAUSE_TAG not in trials[0].data.tags


def test_a_trial_has_its_name_parameters_and_cost(mlflow_uri: str, recorded: str) -> None:
    trial = trials_of(mlflow_uri, recorded)[1]
    assert trial.info.run_name == "#1 encoder d2 h4 lr 1e-3"
    assert trial.data.tags[ALGORITHM_TAG] == "encoder"
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
    assert re.fullmatch(r"each-end, search of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", search.info.run_name)
    assert search.info.status == "FINISHED"
    assert search.data.params["sampler"] == "tpe"
    assert search.data.tags[SEARCH_STATUS_TAG] == "all trials done"
    assert search.data.tags[NOTE_TAG] == "It is **better**."
    assert search.data.metrics["best/macro_f1"] == pytest.approx(0.905)
    scores = {name: search.data.metrics[f"{name}/macro_f1"] for name in ("test", "default_test", "baseline_test")}
    assert scores == {"test": 0.9, "default_test": 0.84, "baseline_test": 0.94}
    assert search.data.tags[SOUP_TAG] == "trial-0003, trial-0005, trial-0001"
    assert search.data.metrics["soup_test/macro_f1"] == 0.94
    folder = Path(MlflowClient(mlflow_uri).download_artifacts(search.info.run_id, "", str(tmp_path)))
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    plots = {"plots/confusion_matrix.png", "plots/learning_curve.png"}
    assert files == {"README.md", "automl.json", "report.html"} | plots
    parents = {trial.data.tags["mlflow.parentRunId"] for trial in trials_of(mlflow_uri, recorded).values()}
    assert parents == {search.info.run_id}


def test_a_resumed_trial_goes_on_in_its_run_and_a_killed_driver_leaves_nothing_running(mlflow_uri: str) -> None:
    name, earlier = "resumed", tracked("resumed")
    killed = MlflowTracker(mlflow_uri, None, earlier)
    begun = (trial_started(0, architecture__depth=1), trial_started(1))
    for event in (search_started(), *begun, trial_evaluated(1, 1, 0.5)):
        killed.notice(event)
    wait_until(lambda: [step for step, _ in histories(mlflow_uri, name).get(1, [])] == [111], SECONDS)
    before = trials_of(mlflow_uri, name)
    told = study(name, trial(0, TrialEnd.PREEMPTED, (1,)), replace(trial(1, None), evaluations=()))
    with MlflowTracker(mlflow_uri, None, tracked(name), lambda: told) as again:
        again.notice(search_started())
        again.notice(trial_started(1, resumed=True))
        again.notice(trial_evaluated(1, 9, 0.6))
        again.notice(trial_ended(1, TrialEnd.COMPLETED, 0.6))
        again.notice(SearchEnded(StopReason.TRIALS))
        assert again.close() == 0
    trials = trials_of(mlflow_uri, name)
    assert {number: run.info.run_id for number, run in trials.items()} == {
        number: run.info.run_id for number, run in before.items()
    }
    assert {number: run.info.status for number, run in trials.items()} == {0: "KILLED", 1: "FINISHED"}
    assert [step for step, _ in histories(mlflow_uri, name)[0]] == [111], "the database knew more than MLflow"
    assert [step for step, _ in histories(mlflow_uri, name)[1]] == [111, 1000]
    assert [search.info.status for search in searches_of(mlflow_uri, name)] == ["KILLED", "FINISHED"]
    assert {run.data.tags[DRIVER_TAG] for run in trials.values()} == {""}, "nobody works on them any more"


def test_a_trial_that_began_anew_and_got_less_far_shows_nothing_of_its_earlier_try(mlflow_uri: str) -> None:
    name, told = "anew", study("anew", replace(trial(0, None), evaluations=()))
    with MlflowTracker(mlflow_uri, None, tracked(name), lambda: told) as tracker:
        started = trial_started(0, architecture__depth=1)
        for event in (search_started(), started, trial_evaluated(0, 1, 0.5), trial_evaluated(0, 9, 0.55)):
            tracker.notice(event)
        wait_until(lambda: len(histories(mlflow_uri, name).get(0, [])) == 2, SECONDS)
        told = study(name, trial(0, TrialEnd.PRUNED, (1,)))
        told_ended = replace(trial_ended(0, TrialEnd.PRUNED), cost=told.trials[0].cost, cause=told.trials[0].cause)
        for event in (replace(started, resumed=True), trial_evaluated(0, 1, 0.505), told_ended):
            tracker.notice(event)
        tracker.notice(SearchEnded(StopReason.TRIALS))
        assert tracker.close() == 0
    assert find_differences(mlflow_uri, told) == ()
    assert histories(mlflow_uri, name) == {0: [(111, 0.505)]}


def test_two_drivers_share_a_study_and_a_trial_goes_from_one_to_the_other(mlflow_uri: str) -> None:
    name, one, other = "shared", tracked("shared", driver="one"), tracked("shared", driver="other")
    empty, live = study(name), frozenset({"one", "other"})
    first = MlflowTracker(mlflow_uri, None, one, lambda: empty, lambda: live)
    second = MlflowTracker(mlflow_uri, None, other, lambda: empty, lambda: live)
    for event in (search_started(), trial_started(0), trial_evaluated(0, 1, 0.5)):
        first.notice(event)
    wait_until(lambda: len(histories(mlflow_uri, name).get(0, [])) == 1, SECONDS)
    run_id = trials_of(mlflow_uri, name)[0].info.run_id
    for event in (search_started(), trial_started(1), trial_evaluated(1, 1, 0.5), trial_ended(1, TrialEnd.PRUNED, 0.5)):
        second.notice(event)
    for event in (trial_started(0, resumed=True), trial_evaluated(0, 9, 0.6)):
        second.notice(event)  # the first one was silent for too long
    wait_until(lambda: len(histories(mlflow_uri, name)[0]) == 2, SECONDS)
    assert [run.info.status for run in searches_of(mlflow_uri, name)] == ["RUNNING", "RUNNING"]
    first.notice(TrialTaken(0))
    assert first.close() == 0
    taken = trials_of(mlflow_uri, name)[0]
    assert (taken.info.run_id, taken.info.status, taken.data.tags[DRIVER_TAG]) == (run_id, "RUNNING", "other")
    second.notice(trial_ended(0, TrialEnd.COMPLETED, 0.6))
    assert second.close() == 0
    assert {run.info.status for run in trials_of(mlflow_uri, name).values()} == {"FINISHED"}


def test_a_study_of_another_workspace_keeps_its_name_and_its_runs(mlflow_uri: str) -> None:
    for uuid in ("11111111aaaa", "22222222bbbb"):
        told = study("namesake", trial(0, TrialEnd.PRUNED), uuid=uuid)
        tracker = MlflowTracker(mlflow_uri, None, tracked("namesake", uuid), lambda told=told: told)
        tracker.notice(search_started())
        tracker.notice(SearchEnded(StopReason.TRIALS))
        assert tracker.close() == 0
    for name, uuid in (("namesake", "11111111aaaa"), ("namesake (22222222)", "22222222bbbb")):
        assert {run.data.tags[UUID_TAG] for run in runs_of(mlflow_uri, name)} == {uuid}
        assert len(runs_of(mlflow_uri, name)) == 2


def test_a_search_that_was_broken_off_is_killed_with_its_trials(mlflow_uri: str) -> None:
    with MlflowTracker(mlflow_uri, None, tracked("broken-off")) as tracker:
        tracker.notice(search_started())
        tracker.notice(trial_started(0))
        assert tracker.close() == 0
    (search,) = searches_of(mlflow_uri, "broken-off")
    assert (search.info.status, search.data.tags[SEARCH_STATUS_TAG]) == ("KILLED", "interrupted")
    assert trials_of(mlflow_uri, "broken-off")[0].info.status == "KILLED"


def test_what_mlflow_refuses_is_dropped_told_once_and_counted(mlflow_uri: str) -> None:
    warnings: list[str] = []
    tracker = MlflowTracker(mlflow_uri, None, tracked("refused"), warn=warnings.append)
    tracker.notice(search_started())
    tracker.notice(trial_started(0, **{"not a legal name?": 1}))
    tracker.notice(trial_ended(0, TrialEnd.COMPLETED, 0.9))
    tracker.notice(SearchEnded(StopReason.TRIALS))
    assert tracker.close() == 1
    assert trials_of(mlflow_uri, "refused")[0].info.status == "FINISHED"
    assert len(warnings) == 2, warnings
    assert "rejected TrialStarted" in warnings[0]
    assert "1 of 4" in warnings[1]
    assert "automl doctor refused --fix" in warnings[1]


def test_a_mistake_of_ours_is_told_with_its_traceback_once_and_the_search_goes_on(
    mlflow_uri: str, caplog: pytest.LogCaptureFixture
) -> None:
    warnings: list[str] = []
    tracker = MlflowTracker(mlflow_uri, None, tracked("mistake"), warn=warnings.append)
    tracker.notice(search_started())
    for _ in range(2):
        tracker.notice(trial_evaluated(8, 1, 0.5))  # of a trial that was never started
    tracker.notice(SearchEnded(StopReason.TRIALS))
    assert tracker.close() == 2
    assert [run.info.status for run in searches_of(mlflow_uri, "mistake")] == ["FINISHED"]
    assert "because of a bug: trial 8 must be started" in warnings[0]
    tracebacks = [record for record in caplog.records if "Traceback" in record.message]
    assert len(tracebacks) == 1


def test_nothing_of_mlflow_reaches_the_terminal_and_no_file_is_left_about(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
import automl.console.live_view, automl.console.line_view, automl.tracking.mlflow.ui.server
from automl.tracking.mlflow.sync import find_differences
from automl.tracking.mlflow.tracker import MlflowTracker
from tests.automl.tracking.news import one_of_each_end, tracked
assert not {"mlflow", "matplotlib", "torch", "ray"} & set(sys.modules)
with MlflowTracker("sqlite:///store.db", Path("artifacts"), tracked("quiet")) as tracker:
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
        env={**quiet, "PYTHONPATH": str(Path(__file__).parents[4])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {path.name for path in tmp_path.iterdir()} <= {"store.db", "store.db-wal", "store.db-shm"}
