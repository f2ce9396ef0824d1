"""Reads back what was written to MLflow, as any other client would."""

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Run

from automl.tracking.mlflow.names import TRIAL_TAG

SECONDS = 120
"""How long a test waits for what a tracker sends."""


def trials_of(uri: str, study: str) -> dict[int, Run]:
    """Runs by trial number; there must be only one for each."""
    runs = [run for run in runs_of(uri, study) if TRIAL_TAG in run.data.tags]
    trials = {int(run.data.tags[TRIAL_TAG]): run for run in runs}
    assert len(trials) == len(runs), "two runs for one trial"
    return trials


def searches_of(uri: str, study: str) -> list[Run]:
    return [run for run in runs_of(uri, study) if TRIAL_TAG not in run.data.tags]


def runs_of(uri: str, study: str) -> list[Run]:
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name(study)
    if experiment is None:
        return []
    return list(client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"]))


def history_of(uri: str, run: Run, metric: str) -> list[tuple[int, float]]:
    """Steps and values, as they were logged."""
    return [(one.step, round(one.value, 6)) for one in MlflowClient(uri).get_metric_history(run.info.run_id, metric)]


def histories(uri: str, name: str) -> dict[int, list[tuple[int, float]]]:
    """What was recorded of each trial's metric so far; nothing while the server is away."""
    try:
        return {number: history_of(uri, run, "validation/macro_f1") for number, run in trials_of(uri, name).items()}
    except MlflowException:
        return {}
