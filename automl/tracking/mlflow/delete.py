"""Deletes a study's experiment from MLflow, with its artifacts on disk."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mlflow import MlflowClient
from mlflow.entities import Experiment, ViewType

from automl.core import StudyIdentity, WorkspaceError
from automl.tracking.mlflow import names
from automl.tracking.mlflow.experiment import DELETED, find_experiment


def delete_experiments(client: MlflowClient, study: StudyIdentity, artifact_root: Path | None, *, forget: bool) -> bool:
    """Rename the study's experiment, mark it as deleted, and remove its files below `artifact_root`.

    A call that was interrupted can be repeated, and then completes the deletion.

    Args:
        client: client of the MLflow store.
        study: name and uuid of the study.
        artifact_root: files outside of this folder stay; None: all files stay.
        forget: also delete the experiment and its runs from MLflow's database.

    Returns:
        True if there was an experiment to delete.
    """
    experiments = [one for one in _experiments(client, study) if forget or not _is_done(one)]
    for experiment in experiments:
        experiment_id = experiment.experiment_id
        if experiment.lifecycle_stage == DELETED:
            client.restore_experiment(experiment_id)  # a deleted experiment cannot be renamed
        # A deleted experiment keeps its name occupied, so it is renamed to free the name for a new study.
        client.rename_experiment(experiment_id, f"{study.name} {_mark(experiment)}")
        _remove_files(experiment.artifact_location, artifact_root)
        client.delete_experiment(experiment_id)
        if forget:
            _forget(client, experiment_id)
    return bool(experiments)


def _experiments(client: MlflowClient, study: StudyIdentity) -> list[Experiment]:
    if not study.uuid:
        found = find_experiment(client, study)
        return [found] if found is not None and names.STUDY_TAG in found.tags else []
    condition = f"tags.`{names.UUID_TAG}` = '{study.uuid}'"
    return list(client.search_experiments(view_type=ViewType.ALL, filter_string=condition))


def _mark(experiment: Experiment) -> str:
    return f"(deleted, {experiment.experiment_id})"


def _is_done(experiment: Experiment) -> bool:
    return bool(experiment.lifecycle_stage == DELETED and experiment.name.endswith(_mark(experiment)))


def _forget(client: MlflowClient, experiment_id: str) -> None:
    """Delete the experiment permanently, as `mlflow gc` does, but without touching artifacts outside the root."""
    store = client._tracking_client.store
    while runs := client.search_runs([experiment_id], run_view_type=ViewType.ALL):
        for run in runs:
            store._hard_delete_run(run.info.run_id)
    store._hard_delete_experiment(experiment_id)


def _remove_files(location: str, artifact_root: Path | None) -> None:
    """Remove the folder of an experiment's files, if it is below `artifact_root`."""
    parts = urlsplit(location)
    if artifact_root is None or parts.scheme != "file":
        return
    folder, root = Path(url2pathname(parts.path)).resolve(), artifact_root.resolve()
    if folder == root or not folder.is_relative_to(root) or not folder.is_dir():
        return
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise WorkspaceError(f"the folder {str(folder)!r} must be one that can be deleted, but: {error}") from None
