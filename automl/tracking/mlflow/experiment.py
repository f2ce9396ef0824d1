"""The experiment of a study in MLflow: found, made, brought back from the bin."""

from pathlib import Path

from mlflow import MlflowClient, MlflowException
from mlflow.entities import Experiment

from automl.core import Workspace
from automl.tracking.mlflow import names

DELETED = "deleted"


def open_experiment(client: MlflowClient, study: str, uuid: str, artifact_root: Path | None) -> str:
    """The id of the study's experiment, which is made, brought back from the bin or re-used.

    `artifact_root` is where a new experiment keeps its files; None leaves that to the tracking server.
    """
    try:
        return _opened(client, study, uuid, artifact_root)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
        return _opened(client, study, uuid, artifact_root)  # another driver has just made it


def find_experiment(client: MlflowClient, study: str, uuid: str) -> Experiment | None:
    """The study's experiment as it is, in the bin or not; None if there is none."""
    for name in _names(study, uuid):
        found = client.get_experiment_by_name(name)
        if found is not None and _belongs(found, uuid):
            return found
    return None


def _opened(client: MlflowClient, study: str, uuid: str, artifact_root: Path | None) -> str:
    tags = {names.EXPERIMENT_KIND_TAG: names.MODEL_TRAINING, names.STUDY_TAG: study, names.UUID_TAG: uuid}
    found = find_experiment(client, study, uuid)
    if found is None:
        plain, other = _names(study, uuid)
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
    """Where an experiment keeps its files: inside the root, whatever characters its name has."""
    return Workspace(artifact_root).study(experiment)


def _names(study: str, uuid: str) -> tuple[str, str]:
    """The study's own name; and another, for a server on which that is another study's."""
    return study, f"{study} ({uuid[:8] or 'no uuid'})"


def _belongs(experiment: Experiment, uuid: str) -> bool:
    """Whether it is the study's. One without our tags was made by hand, and is anybody's."""
    tags = experiment.tags
    by_hand = names.STUDY_TAG not in tags and names.UUID_TAG not in tags
    return by_hand or tags.get(names.UUID_TAG, "") == uuid
