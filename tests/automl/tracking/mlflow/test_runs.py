from types import SimpleNamespace

from mlflow import MlflowClient
from mlflow.entities import Metric

from automl.core.records import StudyIdentity
from automl.tracking.mlflow.names import STUDY_TAG, TRIAL_TAG, UUID_TAG
from automl.tracking.mlflow.runs import PARAMS_PER_BATCH, find_runs, log, logged_at, make_run, read_runs
from automl.tracking.mlflow.stored_run import LoggedValues


class Pages(list):
    """One page of runs, as MLflow's client gives it."""

    token: str | None = None


def test_runs_are_found_on_every_page_but_only_the_studys_own():
    def run(name: str, **tags: str) -> SimpleNamespace:
        return SimpleNamespace(name=name, data=SimpleNamespace(tags=tags))

    ours = {STUDY_TAG: "s", UUID_TAG: "u"}
    pages = [
        Pages([run("a", **ours), run("of a namesake", **{**ours, UUID_TAG: "other"})]),
        Pages([]),
        Pages([run("somebody else's"), run("b", **ours), run("without uuid", **{STUDY_TAG: "s"})]),
    ]
    pages[0].token, pages[1].token = "1", "2"
    asked = []

    def search_runs(experiments, condition, order_by, page_token):
        asked.append(page_token)
        return pages[int(page_token or 0)]

    client = SimpleNamespace(search_runs=search_runs)
    assert [found.name for found in find_runs(client, "1", "u")] == ["a", "b"]
    assert asked == [None, "1", "2"]
    assert [found.name for found in find_runs(client, "1", "")] == ["without uuid"], "a study of before uuids"


def test_many_parameters_go_in_batches_and_nothing_is_no_request():
    sent = []

    def log_batch(run_id, metrics=(), params=(), tags=()):
        sent.append((len(metrics), len(params), len(tags)))

    client = SimpleNamespace(log_batch=log_batch)
    log(client, "r")
    assert sent == []
    params = {f"p{number}": "1" for number in range(2 * PARAMS_PER_BATCH + 1)}
    log(client, "r", params, logged_at({("x", 1): 0.5}, 7), {"t": "1"})
    assert sent == [(1, 100, 1), (0, 100, 0), (0, 1, 0)]


def test_a_run_is_read_with_the_value_at_each_step_that_mlflow_shows(mlflow_uri):
    client = MlflowClient(mlflow_uri)
    experiment = client.create_experiment("runs that are read")
    study = StudyIdentity("s", "u")
    search = make_run(client, experiment, study, "search", {}, at=1000)
    run = make_run(client, experiment, study, "trial-0003", {TRIAL_TAG: "3"}, at=2000)
    log(client, run, {"depth": "2"})
    for value, at in ((0.1, 10), (0.3, 30), (0.2, 20), (0.25, 30)):
        client.log_batch(run, metrics=[Metric("score", value, at, 900)])
    client.log_batch(run, metrics=logged_at({("score", 100): 0.7, ("loss", 900): 1.5}, 5))
    first, second = read_runs(client, experiment, "u")
    assert (first.run_id, first.number, first.metrics) == (search, None, {})
    assert (second.run_id, second.name, second.number, second.status) == (run, "trial-0003", 3, "RUNNING")
    assert second.params == {"depth": "2"}
    assert second.metrics == {
        ("score", 900): LoggedValues(0.3, 30),
        ("score", 100): LoggedValues(0.7, 5),
        ("loss", 900): LoggedValues(1.5, 5),
    }
    assert client.get_run(run).info.start_time == 2000
    assert read_runs(client, experiment, "another") == []
