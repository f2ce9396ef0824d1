"""Finds, creates or restores the experiment of a study in MLflow."""

from pathlib import Path

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Experiment

from automl.core import StudyIdentity, folder_name
from automl.tracking.mlflow import names

DELETED = "deleted"


def open_experiment(client: MlflowClient, study: StudyIdentity, artifact_root: Path | None) -> str:
    """Create, restore or reuse the study's experiment, and return its id.

    Args:
        client: client of the MLflow store.
        study: name and uuid of the study.
        artifact_root: parent folder for the files of a new experiment; None: the tracking server chooses the location.
    """
    try:
        return _opened(client, study, artifact_root)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return _opened(client, study, artifact_root)  # another driver has just created it


def find_experiment(client: MlflowClient, study: StudyIdentity) -> Experiment | None:
    """Return the study's experiment, which may be marked as deleted; None if there is none."""
    for name in _names(study):
        found = client.get_experiment_by_name(name)
        if found is not None and _belongs(found, study.uuid):
            return found
    return None


def _opened(client: MlflowClient, study: StudyIdentity, artifact_root: Path | None) -> str:
    tags = {names.EXPERIMENT_KIND_TAG: names.MODEL_TRAINING, names.STUDY_TAG: study.name, names.UUID_TAG: study.uuid}
    found = find_experiment(client, study)
    if found is None:
        plain, other = _names(study)
        name = plain if client.get_experiment_by_name(plain) is None else other
        location = None if artifact_root is None else artifact_folder(artifact_root, name).as_uri()
        return str(client.create_experiment(name, artifact_location=location, tags=tags))
    if found.lifecycle_stage == DELETED:
        client.restore_experiment(found.experiment_id)
    for tag, value in tags.items():
        if found.tags.get(tag, "") != value:
            client.set_experiment_tag(found.experiment_id, tag, value)
    return str(found.experiment_id)


def artifact_folder(artifact_root: Path, experiment: str) -> Path:
    """Return the folder for the files of an experiment: inside the root, whatever characters its name has."""
    return artifact_root.resolve() / folder_name(experiment)


def _names(study: StudyIdentity) -> tuple[str, str]:
    """Return the study's name, and an alternative in case another study's experiment already uses the name."""
    return study.name, f"{study.name} ({study.uuid[:8] or 'no uuid'})"


def _belongs(experiment: Experiment, uuid: str) -> bool:
    """Return whether the experiment belongs to the study.

    One without our tags was created by hand, and any study may use it.
    """
    tags = experiment.tags
    by_hand = names.STUDY_TAG not in tags and names.UUID_TAG not in tags
    return by_hand or tags.get(names.UUID_TAG, "") == uuid
