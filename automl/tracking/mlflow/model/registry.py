"""Versions of models in MLflow's Model Registry."""

from mlflow import MlflowClient, MlflowException
from mlflow.entities import LoggedModel

from automl.tracking.mlflow import names


def register(client: MlflowClient, model: LoggedModel, name: str, alias: str) -> str:
    """Make `model` a version of the registered model `name`, and point `alias` to it; return the version.

    A model that already is a version of it stays that version.

    Args:
        client: client of the MLflow store.
        model: a model that was logged.
        name: name in the registry; it is created if it does not exist.
        alias: alias, which moves here from any other version.
    """
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    place = (name, model.artifact_location)
    versions = client.search_model_versions(f"run_id = '{model.source_run_id}'")
    version = next((str(found.version) for found in versions if (found.name, found.source) == place), None)
    if version is None:
        study, trial = model.tags.get(names.STUDY_TAG), model.tags.get(names.WINNER_TAG)
        made = client.create_model_version(
            *place,
            run_id=model.source_run_id,
            description=f"The winner of study {study}, {trial}",
            model_id=model.model_id,
        )
        version = str(made.version)
    client.set_registered_model_alias(name, alias, version)
    return version
