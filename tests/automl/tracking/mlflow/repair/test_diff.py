"""Which runs are left to whom. The differences themselves are found in real databases in ../test_sync.py."""

import math
from dataclasses import replace

import pytest

from automl.core.records import TrialRecord
from automl.tracking.mlflow.names import DRIVER_TAG, SEARCH_STATUS_TAG, TRIAL_TAG
from automl.tracking.mlflow.repair.diff import DriverActivity, compare
from automl.tracking.mlflow.repair.differences import Repair
from automl.tracking.mlflow.run_content import run_content
from automl.tracking.mlflow.stored_run import LoggedValues, StoredRun
from tests.automl.tracking.studies import study, trial
from trials.protocol import TrialEnd

NOBODY = DriverActivity(frozenset())


def stored(record: TrialRecord, run_id: str = "run", **changes: object) -> StoredRun:
    """The run as it should be."""
    expected = run_content(record, "macro_f1")
    assert expected is not None
    tags = {**expected.tags, TRIAL_TAG: str(record.number)}
    metrics = {point: LoggedValues(value, 1) for point, value in expected.metrics.items()}
    run = StoredRun(run_id, f"trial-{record.number:04d}", expected.status, expected.params, tags, metrics)
    return replace(run, **changes)


def held(run: StoredRun, driver: str) -> StoredRun:
    return replace(run, tags={**run.tags, DRIVER_TAG: driver})


def found(record: TrialRecord, *runs: StoredRun, drivers: DriverActivity = NOBODY) -> list[Repair]:
    return compare(study("s", record), runs, drivers)


@pytest.mark.parametrize("end", TrialEnd)
def test_what_is_as_it_should_be_needs_no_repair(end):
    record = trial(3, end)
    assert found(record, stored(record)) == []


def test_a_trial_that_has_never_started_needs_no_run():
    never = replace(trial(3, None, ()), state="WAITING")
    assert found(never) == []


def test_a_running_trial_without_a_driver_is_closed():
    record = trial(3, None)
    (repair,) = found(record, held(stored(record), "dead"))
    assert (repair.status, repair.tags) == ("KILLED", {DRIVER_TAG: ""})


def test_what_a_live_driver_works_on_is_left_to_it():
    record, others = trial(3, None), DriverActivity(frozenset({"other"}))
    behind = held(replace(stored(record), metrics={}), "other")
    assert found(record, behind, drivers=others) == []
    assert found(record, drivers=others) == [], "it has just started the trial"
    (repair,) = found(record, replace(behind, status="KILLED"), drivers=others)
    assert (repair.status, repair.metrics) == ("RUNNING", {}), "somebody took it for dead"


def test_a_driver_brings_its_own_run_up_to_date_and_keeps_what_is_newer_there():
    record, own = trial(3, None), DriverActivity(frozenset({"me"}), "me")
    ahead = held(stored(record), "me")
    newer = replace(ahead, metrics={**ahead.metrics, ("validation/macro_f1", 9000): LoggedValues(0.9, 9)})
    assert found(record, newer, drivers=own) == []
    last = max(ahead.metrics, key=lambda point: point[1])
    behind = replace(ahead, metrics={point: value for point, value in ahead.metrics.items() if point != last})
    (repair,) = found(record, behind, drivers=own)
    assert (set(repair.metrics), repair.tags, repair.keep.run_id) == ({last}, {}, "run")


def test_of_two_runs_the_newer_one_stays_unless_a_live_driver_works_on_the_other():
    record = trial(3, TrialEnd.PRUNED)
    (repair,) = found(record, stored(record, "old"), stored(record, "new"))
    assert (repair.keep.run_id, [run.run_id for run in repair.remove]) == ("new", ["old"])
    running, live = trial(3, None), DriverActivity(frozenset({"other"}))
    (repair,) = found(running, held(stored(running, "old"), "other"), stored(running, "new"), drivers=live)
    assert (repair.keep.run_id, [run.run_id for run in repair.remove]) == ("old", ["new"])


def test_values_that_cannot_be_taken_back_need_a_new_run():
    """MLflow deletes no metric and changes no parameter."""
    record = trial(3, TrialEnd.PRUNED)
    right = stored(record)
    later = replace(right, metrics={**right.metrics, ("validation/macro_f1", 9000): LoggedValues(0.9, 9)})
    other = replace(right, params={**right.params, "architecture.depth": "9"})
    for wrong in (later, other):
        (repair,) = found(record, wrong)
        assert (repair.keep, [run.run_id for run in repair.remove]) == (None, ["run"])
        assert repair.params == right.params
    earlier = replace(right, metrics={**right.metrics, ("cost/seconds", 100): LoggedValues(3.0, 1)})
    assert found(record, earlier) == [], "what an earlier try has cost may stay"


def test_what_mlflow_cannot_store_is_as_good_as_it_stores_it():
    record = trial(3, TrialEnd.DIVERGED)
    values = iter([math.nan, math.inf, -math.inf])
    broken = tuple(replace(each, train_loss=next(values)) for each in record.evaluations)
    record = replace(record, evaluations=broken)
    right, largest = stored(record), 1.7976931348623157e308

    def stored_as(value: float) -> float:
        return value if math.isnan(value) else max(min(value, largest), -largest)

    kept = {point: LoggedValues(stored_as(logged.value), logged.at) for point, logged in right.metrics.items()}
    assert found(record, replace(right, metrics=kept)) == []


def test_a_search_whose_driver_died_is_closed_and_no_other():
    def search(driver: str, status: str = "RUNNING") -> StoredRun:
        return StoredRun(driver, f"search of {driver}", status, {}, {DRIVER_TAG: driver}, {})

    runs = (search("dead"), search("live"), search("me"), search("done", "FINISHED"))
    (repair,) = compare(study("s"), runs, DriverActivity(frozenset({"live"}), "me"))
    assert (repair.keep.run_id, repair.status, set(repair.tags)) == ("dead", "KILLED", {SEARCH_STATUS_TAG})
