"""Finds the runs of a study in MLflow page by page, reads their metrics in bulk, and creates and logs runs."""

import getpass
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, Run, RunTag
from mlflow.store.tracking.rest_store import RestStore
from mlflow.utils.rest_utils import http_request, verify_rest_response

from automl.core import StudyIdentity
from automl.tracking.mlflow import names
from automl.tracking.mlflow.run_content import Point
from automl.tracking.mlflow.stored_run import LoggedValues, StoredRun

PARAMS_PER_BATCH = 100
"""MLflow's limit of parameters in a request."""

NOTHING: Mapping[str, str] = MappingProxyType({})

RUNS_PER_REQUEST = 100
"""MLflow's limit of runs in a request for their histories."""

VALUES_PER_REQUEST = 25_000
"""MLflow's limit of values in such a request; our runs have a fiftieth of it."""

HISTORY_ROUTE = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
"""Route from which MLflow's own page reads its charts; the client has no method for it."""


def find_runs(client: MlflowClient, experiment_id: str, uuid: str, condition: str = "") -> Iterator[Run]:
    """Return the study's runs, oldest first; `condition` is an MLflow filter string (empty: all runs)."""
    token: str | None = None
    while True:
        page = client.search_runs([experiment_id], condition, order_by=["attributes.start_time ASC"], page_token=token)
        yield from (run for run in page if names.STUDY_TAG in run.data.tags and _is_of(run, uuid))
        token = page.token
        if not token:
            return


def read_runs(client: MlflowClient, experiment_id: str, uuid: str) -> list[StoredRun]:
    """Return all runs of the study with all their metrics, oldest first."""
    runs = list(find_runs(client, experiment_id, uuid))
    trials = [run for run in runs if names.TRIAL_TAG in run.data.tags]
    histories = _histories(client, trials)
    return [
        StoredRun(
            run_id=run.info.run_id,
            name=run.info.run_name,
            status=run.info.status,
            params=run.data.params,
            tags=run.data.tags,
            metrics=histories.get(run.info.run_id, {}),
        )
        for run in runs
    ]


def make_run(
    client: MlflowClient, experiment_id: str, study: StudyIdentity, name: str, tags: Mapping[str, str], at: int
) -> str:
    """Create a run of the study that starts at `at` (milliseconds since 1970), and return its id."""
    common = {names.STUDY_TAG: study.name, names.UUID_TAG: study.uuid, "mlflow.user": getpass.getuser()}
    common["mlflow.source.name"] = "automl search"
    run = client.create_run(experiment_id, start_time=at, tags={**common, **tags}, run_name=name)
    return str(run.info.run_id)


def log(
    client: MlflowClient,
    run_id: str,
    params: Mapping[str, str] = NOTHING,
    metrics: Sequence[Metric] = (),
    tags: Mapping[str, str] = NOTHING,
) -> None:
    """Log all values, usually in one request. Parameters may already exist with the same values."""
    shown = [Param(name, value) for name, value in params.items()]
    first, rest = shown[:PARAMS_PER_BATCH], shown[PARAMS_PER_BATCH:]
    if first or metrics or tags:
        named = [RunTag(name, value) for name, value in tags.items()]
        client.log_batch(run_id, metrics=metrics, params=first, tags=named)
    for start in range(0, len(rest), PARAMS_PER_BATCH):
        client.log_batch(run_id, params=rest[start : start + PARAMS_PER_BATCH])


def logged_at(metrics: Mapping[Point, float], at: int) -> list[Metric]:
    """Return metrics for a batch, all with the time `at` (milliseconds since 1970)."""
    return [Metric(name, value, at, step) for (name, step), value in metrics.items()]


def _is_of(run: Run, uuid: str) -> bool:
    return bool(run.data.tags.get(names.UUID_TAG, "") == uuid)


def _histories(client: MlflowClient, runs: Sequence[Run]) -> dict[str, dict[Point, LoggedValues]]:
    """Return the latest value of each metric at each step, by run, with one request per metric and hundred runs."""
    found: dict[str, dict[Point, LoggedValues]] = defaultdict(dict)
    metrics = sorted({name for run in runs for name in run.data.metrics})
    for start in range(0, len(runs), RUNS_PER_REQUEST):
        ids = [run.info.run_id for run in runs[start : start + RUNS_PER_REQUEST]]
        for name in metrics:
            for run_id, step, logged in _history(client, ids, name):
                before = found[run_id].get((name, step))
                if before is None or (before.at, before.value) < (logged.at, logged.value):  # as MLflow compares
                    found[run_id][name, step] = logged
    return found


def _history(client: MlflowClient, run_ids: list[str], name: str) -> Iterable[tuple[str, int, LoggedValues]]:
    store = client._tracking_client.store
    if isinstance(store, RestStore):
        asked = {"run_id": run_ids, "metric_key": name, "max_results": VALUES_PER_REQUEST}
        answer = http_request(store.get_host_creds(), HISTORY_ROUTE, "GET", params=asked)
        rows = verify_rest_response(answer, HISTORY_ROUTE).json()["metrics"]
        return [(row["run_id"], row["step"], LoggedValues(row["value"], row["timestamp"])) for row in rows]
    if hasattr(store, "get_metric_history_bulk"):
        found = store.get_metric_history_bulk(run_ids, name, VALUES_PER_REQUEST)
        return [(row.run_id, row.step, LoggedValues(row.value, row.timestamp)) for row in found]
    return [
        (run_id, metric.step, LoggedValues(metric.value, metric.timestamp))
        for run_id in run_ids
        for metric in client.get_metric_history(run_id, name)
    ]
