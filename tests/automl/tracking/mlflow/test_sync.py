"""MLflow is compared with a made-up database and mended, in real MLflow databases."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric

from automl.core.errors import WorkspaceError
from automl.core.events import SearchEnded, StopReason
from automl.core.records import Lineage
from automl.core.trial_states import EFFECTS
from automl.tracking.mlflow.names import CAUSE_TAG, DRIVER_TAG, END_TAG, STUDY_TAG, TRIAL_TAG, UUID_TAG
from automl.tracking.mlflow.repair.reconciliation import reconcile
from automl.tracking.mlflow.sync import find_differences, repair_differences
from automl.tracking.mlflow.tracker import MlflowTracker
from tests.automl.tracking.news import search_started, tracked, trial_ended, trial_evaluated, trial_started
from tests.automl.tracking.reading import SECONDS, histories, history_of, runs_of, searches_of, trials_of
from tests.automl.tracking.studies import one_of_each, study, trial
from tests.waiting import wait_until
from trials.protocol import TrialEnd

AS_NEW = ("lacks the parameters", "has missing or different metrics", "has different tags", "is still open")
"""The differences of a run that was made, and nothing written to it."""


def begins(sentences: Sequence[str], *beginnings: str) -> bool:
    """Whether there is one sentence with each beginning, and no other, in any order."""
    pairs = zip(sorted(sentences), sorted(beginnings), strict=True)
    return all(sentence.startswith(beginning) for sentence, beginning in pairs)


def test_an_empty_mlflow_is_filled_from_the_database(mlflow_uri: str, tmp_path: Path) -> None:
    record = one_of_each("filled")
    assert find_differences(mlflow_uri, record) == tuple(f"trial-000{number} is missing" for number in range(7))
    assert len(repair_differences(mlflow_uri, tmp_path, record)) == 7
    trials = trials_of(mlflow_uri, "filled")
    expected = {number: EFFECTS[end].mlflow_status for number, end in enumerate(TrialEnd)}
    assert {number: run.info.status for number, run in trials.items()} == {**expected, 6: "KILLED"}
    for number, run in trials.items():
        told = record.trials[number]
        assert run.data.params == {name: str(value) for name, value in told.params.items()}
        assert history_of(mlflow_uri, run, "validation/macro_f1") == [
            (one.examples, round(one.metrics["macro_f1"], 6)) for one in told.evaluations
        ]
        assert run.data.metrics["best/macro_f1"] == told.evaluations[-1].metrics["macro_f1"]
        assert run.data.tags.get(END_TAG, "") == (told.end or "")
        assert run.data.tags.get(CAUSE_TAG, "") == told.cause
        assert run.data.tags[UUID_TAG] == "filled-uuid"
    assert trials[1].data.metrics["cost/parameters"] == 1_250_000
    assert find_differences(mlflow_uri, record) == ()
    before = [run.to_dictionary() for run in runs_of(mlflow_uri, "filled")]
    assert repair_differences(mlflow_uri, tmp_path, record) == ()
    assert [run.to_dictionary() for run in runs_of(mlflow_uri, "filled")] == before, "twice changes nothing"


def test_every_kind_of_difference_is_found_told_and_mended(mlflow_uri: str, tmp_path: Path) -> None:
    record = study("differs", *(trial(number, TrialEnd.PRUNED) for number in range(9)))
    repair_differences(mlflow_uri, tmp_path, record)
    client, runs = MlflowClient(mlflow_uri), trials_of(mlflow_uri, "differs")
    ids = {number: run.info.run_id for number, run in runs.items()}
    client.delete_run(ids[0])
    client.update_run(ids[1], status="RUNNING")
    client.update_run(ids[2], status="FAILED")
    client.set_tag(ids[3], END_TAG, "")
    last = record.trials[4].evaluations[-1]
    far = int(time.time() * 1000) + 10**9  # by a clock that was ahead
    client.log_batch(ids[4], metrics=[Metric("validation/macro_f1", 0.1, far, last.examples)])
    client.log_batch(ids[5], metrics=[Metric("validation/macro_f1", 0.9, far, 9000)])  # of a forgotten try
    tags = {name: runs[6].data.tags[name] for name in (STUDY_TAG, UUID_TAG, TRIAL_TAG)}
    double = client.create_run(runs[6].info.experiment_id, tags=tags)
    bare = client.create_run(runs[7].info.experiment_id, tags={**tags, TRIAL_TAG: "7"}, run_name="trial-0007")
    client.delete_run(ids[7])
    client.log_batch(ids[8], metrics=[Metric("cost/seconds", 3.0, 5, 100)])  # what an earlier try had cost may stay
    found = find_differences(mlflow_uri, record)
    assert begins(
        found,
        "trial-0000 is missing",
        "trial-0001 is still open, but no driver works on it",
        "trial-0002 is FAILED, but must be FINISHED",
        f"trial-0003 has different tags: {END_TAG}",
        f"trial-0004 has missing or different metrics at {last.examples} examples",
        "trial-0005 has values that the database does not have",
        "trial-0006 exists 2 times",
        *(f"trial-{number} {words}" for number in ("0006", "0007") for words in AS_NEW),
    )
    assert repair_differences(mlflow_uri, tmp_path, record) == found
    assert find_differences(mlflow_uri, record) == ()
    after = trials_of(mlflow_uri, "differs")
    assert {run.info.status for run in after.values()} == {"FINISHED"}
    assert (after[6].info.run_id, after[7].info.run_id) == (double.info.run_id, bare.info.run_id)
    assert after[4].info.run_id == ids[4], "a wrong value is outdone in place"
    assert after[4].data.metrics["validation/macro_f1"] == last.metrics["macro_f1"]
    assert [step for step, _ in history_of(mlflow_uri, after[5], "validation/macro_f1")] == [111, 1000, 3000]


def test_what_a_killed_driver_left_open_is_closed_and_what_lives_is_left_alone(mlflow_uri: str, tmp_path: Path) -> None:
    dead, lives = tracked("left-open"), tracked("left-open", driver="lives")
    for who, number in ((dead, 0), (lives, 1)):
        tracker = MlflowTracker(mlflow_uri, tmp_path, who)
        for event in (search_started(), trial_started(number), trial_evaluated(number, 1, 0.5)):
            tracker.notice(event)
        wait_until(lambda number=number: len(histories(mlflow_uri, "left-open").get(number, [])) == 1, SECONDS)  # type: ignore[misc]
    record = study("left-open", trial(0, TrialEnd.PREEMPTED, ()), replace(trial(1, None), evaluations=()))
    client = MlflowClient(mlflow_uri)
    experiment = client.get_experiment_by_name("left-open").experiment_id
    found = reconcile(client, experiment, record, lambda: frozenset({"lives"}))
    searches = {run.data.tags[DRIVER_TAG]: run.info.run_name for run in searches_of(mlflow_uri, "left-open")}
    assert begins(
        [sentence.removeprefix(searches[dead.driver]) for sentence in found],
        " is still open, but no driver works on it",
        " has different tags",
        "trial-0000 has values that the database does not have",
    )
    assert reconcile(client, experiment, record, lambda: frozenset({"lives"})) == ()
    assert {number: run.info.status for number, run in trials_of(mlflow_uri, "left-open").items()} == {
        0: "KILLED",
        1: "RUNNING",
    }
    statuses = {run.data.tags[DRIVER_TAG]: run.info.status for run in searches_of(mlflow_uri, "left-open")}
    assert statuses == {dead.driver: "KILLED", "lives": "RUNNING"}
    repair_differences(mlflow_uri, tmp_path, record)  # now it is dead, too
    assert {run.info.status for run in runs_of(mlflow_uri, "left-open")} == {"KILLED"}


def test_a_search_that_was_recorded_as_it_went_has_no_differences(mlflow_uri: str, tmp_path: Path) -> None:
    record = study("as-it-went", *(trial(number, end) for number, end in enumerate(TrialEnd)))
    with MlflowTracker(mlflow_uri, tmp_path, tracked("as-it-went")) as tracker:
        tracker.notice(search_started())
        for told in record.trials:
            assert told.end is not None
            tracker.notice(replace(trial_started(told.number), params=told.params))
            for one in told.evaluations:
                tracker.notice(replace(trial_evaluated(told.number, 1, one.metrics["macro_f1"]), evaluation=one))
            ended = replace(trial_ended(told.number, told.end), cost=told.cost, cause=told.cause)
            tracker.notice(ended)
        tracker.notice(SearchEnded(StopReason.TRIALS))
        assert tracker.close() == 0
    assert find_differences(mlflow_uri, record) == ()


def test_a_lineage_is_told_as_it_goes_and_written_again_where_it_is_lost(mlflow_uri: str, tmp_path: Path) -> None:
    lineage = Lineage(population=2, follows=3, parent=1, step=27)
    record = study("lineage", replace(trial(4, TrialEnd.PRUNED), lineage=lineage))
    with MlflowTracker(mlflow_uri, tmp_path, tracked("lineage")) as tracker:
        tracker.notice(search_started())
        tracker.notice(replace(trial_started(4), lineage=lineage))
    expected = {"automl.population": "2", "automl.parent": "trial-0001", "automl.parent_step": "27"}
    (run,) = trials_of(mlflow_uri, "lineage").values()
    assert expected.items() <= run.data.tags.items()
    MlflowClient(mlflow_uri).delete_tag(run.info.run_id, "automl.parent")
    repair_differences(mlflow_uri, tmp_path / "artifacts", record)
    (run,) = trials_of(mlflow_uri, "lineage").values()
    assert expected.items() <= run.data.tags.items()


@pytest.mark.slow
def test_two_hundred_trials_are_compared_within_seconds(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    record = study("large", *(trial(number, TrialEnd.PRUNED) for number in range(200)))
    repair_differences(uri, tmp_path, record)
    began = time.monotonic()
    assert find_differences(uri, record) == ()
    assert time.monotonic() - began < 5


def test_looking_makes_no_database_and_an_absent_server_is_told_without_its_password(tmp_path: Path) -> None:
    record = study("nowhere", trial(0, TrialEnd.PRUNED))
    assert find_differences(f"sqlite:///{tmp_path / 'mlflow.db'}", record) == ("trial-0000 is missing",)
    assert not list(tmp_path.iterdir())
    with pytest.raises(WorkspaceError, match="must answer") as told:
        find_differences("http://me:secret@127.0.0.1:9", record)
    assert "secret" not in str(told.value)
