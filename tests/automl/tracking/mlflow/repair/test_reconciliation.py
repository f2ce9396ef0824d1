from datetime import timedelta
from types import SimpleNamespace

import pytest

from automl.tracking.mlflow.names import PARENT_TAG, TRIAL_TAG
from automl.tracking.mlflow.repair import reconciliation
from automl.tracking.mlflow.repair.reconciliation import reconcile
from automl.tracking.mlflow.stored_run import LoggedValues, StoredRun
from tests.automl.tracking.studies import BEGUN, study, trial
from trials.protocol import TrialEnd

BEGAN = int(1000 * BEGUN.timestamp())


class Client:
    """In the place of MLflow's client: it notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def create_run(self, experiment_id, start_time, tags, run_name):
        self.told.append(("create", (start_time, tags.get(PARENT_TAG), tags.get(TRIAL_TAG), run_name)))
        return SimpleNamespace(info=SimpleNamespace(run_id="new"))

    def delete_run(self, run_id):
        self.told.append(("delete", run_id))

    def log_batch(self, run_id, metrics=(), params=(), tags=()):
        self.told.append(("log", {(metric.key, metric.step): metric.timestamp for metric in metrics}))

    def set_terminated(self, run_id, status, end_time):
        self.told.append(("end", (run_id, status, end_time)))

    def update_run(self, run_id, status=None, name=None):
        self.told.append(("update", (run_id, status or name)))


@pytest.fixture
def mended(monkeypatch):
    def mend(record, *runs, live=frozenset, own=""):
        monkeypatch.setattr(reconciliation, "read_runs", lambda client, experiment_id, uuid: list(runs))
        client = Client()
        return reconcile(client, "1", record, live, own), client.told

    return mend


def search(run_id: str) -> StoredRun:
    return StoredRun(run_id, run_id, "FINISHED", {}, {}, {})


def test_a_run_that_is_missing_is_written_as_it_was_under_the_latest_search(mended):
    record = trial(3, TrialEnd.PRUNED)
    found, told = mended(study("s", record), search("first"), search("latest"))
    assert found == ("trial-0003 is missing",)
    assert [kind for kind, _ in told] == ["create", "log", "end"]
    assert told[0][1] == (BEGAN, "latest", "3", "#3 encoder d4 h4 lr 1e-3")
    for evaluation in record.evaluations:
        at = told[1][1]["validation/macro_f1", evaluation.examples]
        assert at == BEGAN + int(1000 * evaluation.seconds), "the time when it was measured"
    assert told[2][1] == ("new", "FINISHED", int(1000 * (BEGUN + timedelta(minutes=1)).timestamp()))


def test_a_value_that_is_wrong_gets_a_later_time(mended):
    """Of two values at one step, MLflow shows the later one; the clock of the wrong one may have been ahead."""
    record = trial(3, TrialEnd.PRUNED, (1,))
    point, ahead = ("validation/macro_f1", record.evaluations[0].examples), BEGAN + 10**9
    wrong = StoredRun("r", "trial-0003", "FINISHED", {}, {TRIAL_TAG: "3"}, {point: LoggedValues(0.1, ahead)})
    _, told = mended(study("s", record), wrong)
    assert told[0][1][point] == ahead + 1


def test_what_there_is_too_much_of_is_deleted_and_the_rest_stays(mended):
    record = trial(3, TrialEnd.PRUNED, ())
    double = [StoredRun(name, "#3 mine", "FINISHED", {}, {TRIAL_TAG: "3"}, {}) for name in ("old", "new")]
    _, told = mended(study("s", record), *double)
    assert told[0] == ("delete", "old")
    assert not any(kind == "create" for kind, _ in told)


def test_a_run_of_an_earlier_version_gets_its_name_and_one_that_a_user_named_keeps_it(mended):
    record = trial(3, TrialEnd.PRUNED, ())
    tags = {TRIAL_TAG: "3", "automl.end": "pruned", "automl.cause": "cause of pruned"}
    earlier, own = (
        StoredRun(name, name, "FINISHED", {n: str(v) for n, v in record.params.items()}, tags, {})
        for name in ("trial-0003", "my favourite")
    )
    found, told = mended(study("s", record), earlier)
    assert found == (), "an earlier name is no difference"
    assert told == [("update", ("trial-0003", "#3 encoder d4 h4 lr 1e-3")), ("log", {})]
    assert mended(study("s", record), own) == ((), [])


def test_a_driver_that_ends_or_begins_while_runs_are_read_keeps_its_own(mended):
    record = trial(3, None)
    looks = iter([frozenset({"ended meanwhile"}), frozenset({"begun meanwhile"})])
    runs = [
        StoredRun(name, name, "RUNNING", {}, {"automl.driver": name}, {})
        for name in ("ended meanwhile", "begun meanwhile")
    ]
    assert mended(study("s", record), *runs, live=lambda: next(looks)) == ((), [])
