"""Logs and registers a model after its search, for `automl register`."""

import time
from pathlib import Path

from mlflow import MlflowClient

from automl.core import StudyIdentity
from automl.tracking.mlflow import names
from automl.tracking.mlflow.event_queue import Registration
from automl.tracking.mlflow.experiment import open_experiment
from automl.tracking.mlflow.model.logged_model import log_model
from automl.tracking.mlflow.model.registry import register
from automl.tracking.mlflow.runs import find_runs, make_run


def register_handed_over(
    client: MlflowClient, study: StudyIdentity, artifact_root: Path | None, folder: Path, registration: Registration
) -> str:
    """Register the model in `folder`, and return its version; it is logged first, if MLflow does not have it.

    Args:
        client: client of the MLflow store.
        study: name and uuid of the study.
        artifact_root: parent folder for the files of a new experiment; None: the tracking server chooses the location.
        folder: the folder of the model, with its `automl.json`.
        registration: name and alias in the registry.
    """
    at = int(time.time() * 1000)
    experiment_id = open_experiment(client, study, artifact_root)
    runs = [run.info.run_id for run in find_runs(client, experiment_id, study.uuid) if _is_search(run.data.tags)]
    if not runs:  # they were deleted, or written to another store
        runs = [make_run(client, experiment_id, study, "hand-over", {}, at)]
        client.set_terminated(runs[0])
    model = log_model(client, runs[-1], folder, at)
    return register(client, model, registration.name, registration.alias)


def _is_search(tags: dict[str, str]) -> bool:
    return names.TRIAL_TAG not in tags
