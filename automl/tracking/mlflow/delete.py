"""Deletes a study's experiment from MLflow, with what it left on the disk."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mlflow import MlflowClient
from mlflow.entities import Experiment, ViewType

from automl.core import WorkspaceError
from automl.tracking.mlflow import names
from automl.tracking.mlflow.experiment import DELETED, find_experiment


def delete_experiments(
    client: MlflowClient, study: str, uuid: str, artifact_root: Path | None, *, forget: bool
) -> bool:
    """Puts the study's experiment into MLflow's bin, under another name, and removes its files below `artifact_root`.

    To `forget` it deletes it from the database, too. Says whether there was one. Called again after it was cut short,
    it does the rest.
    """
    experiments = [one for one in _experiments(client, study, uuid) if forget or not _is_done(one)]
    for experiment in experiments:
        experiment_id = experiment.experiment_id
        if experiment.lifecycle_stage == DELETED:
            client.restore_experiment(experiment_id)  # only one that is not in the bin can be renamed
        # The bin keeps names taken: a new study of this name is to find its own free.
        client.rename_experiment(experiment_id, f"{study} {_mark(experiment)}")
        _remove_files(experiment.artifact_location, artifact_root)
        client.delete_experiment(experiment_id)
        if forget:
            _forget(client, experiment_id)
    return bool(experiments)


def _experiments(client: MlflowClient, study: str, uuid: str) -> list[Experiment]:
    if not uuid:
        found = find_experiment(client, study, uuid)
        return [found] if found is not None and names.STUDY_TAG in found.tags else []
    condition = f"tags.`{names.UUID_TAG}` = '{uuid}'"
    return list(client.search_experiments(view_type=ViewType.ALL, filter_string=condition))


def _mark(experiment: Experiment) -> str:
    return f"(deleted, {experiment.experiment_id})"


def _is_done(experiment: Experiment) -> bool:
    return bool(experiment.lifecycle_stage == DELETED and experiment.name.endswith(_mark(experiment)))


def _forget(client: MlflowClient, experiment_id: str) -> None:
    """As `mlflow gc` does it, which would look for files outside of our folder, too."""
    store = client._tracking_client.store
    while runs := client.search_runs([experiment_id], run_view_type=ViewType.ALL):
        for run in runs:
            store._hard_delete_run(run.info.run_id)
    store._hard_delete_experiment(experiment_id)


def _remove_files(location: str, artifact_root: Path | None) -> None:
    """Removes the folder of an experiment's files, if it lies below our own root."""
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
