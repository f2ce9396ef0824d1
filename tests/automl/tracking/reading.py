"""Reads back what was written to MLflow, as any other client would."""

from mlflow import MlflowClient
from mlflow.entities import Run

from automl.tracking.mlflow_names import PARENT_TAG, TRIAL_TAG


def trials_of(uri: str, study: str) -> dict[int, Run]:
    return {int(run.data.tags[TRIAL_TAG]): run for run in _runs(uri, study) if TRIAL_TAG in run.data.tags}


def searches_of(uri: str, study: str) -> list[Run]:
    return [run for run in _runs(uri, study) if PARENT_TAG not in run.data.tags]


def _runs(uri: str, study: str) -> list[Run]:
    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name(study)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"]))
