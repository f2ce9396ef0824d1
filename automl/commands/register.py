"""Implements `automl register`: the model of a study becomes a version in MLflow's Model Registry."""

from collections.abc import Callable

from automl.core import FACTS_FILE, UsageError, Workspace, next_command
from automl.storage import Study
from automl.tracking.mlflow import Registration, register_model


def register(study: Study, location: Workspace, registration: Registration, say: Callable[[str], None]) -> None:
    """Register the model that a study has handed over.

    Args:
        study: the study.
        location: the workspace that holds its model.
        registration: name and alias in the registry.
        say: receives the address of the registered model.

    Raises:
        UsageError: the study has handed over no model, or the name or the alias is not one of the registry.
        WorkspaceError: MLflow does not answer, or refuses.
    """
    _check(registration)
    identity = study.record().identity
    folder = location.study(identity.name).best
    if not (folder / FACTS_FILE).is_file():
        raise UsageError(
            f"study {identity.name!r} must have handed over a model, but {str(folder)!r} holds none; "
            f"{next_command(location, 'resume', identity.name)} goes on with the search, and hands one over"
        )
    version = register_model(location.tracking_uri, location.artifacts, identity, folder, registration)
    say(f"Registered as version {version}: models:/{registration.name}@{registration.alias}")


def _check(registration: Registration) -> None:
    name, alias = registration.name, registration.alias
    if not name.strip() or {"/", ":"} & set(name):
        raise UsageError(f"the name of a registered model must not be empty, and without '/' and ':', not {name!r}")
    is_plain = all(letter.isalnum() or letter in "_-" for letter in alias)
    if not alias or not is_plain or alias.lower() == "latest" or alias.lower().removeprefix("v").isdigit():
        raise UsageError(
            f"an alias must be of letters, digits, '_' and '-', and neither 'latest' nor like 'v1', not {alias!r}"
        )
