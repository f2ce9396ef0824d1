"""Implements the commands that pass a model on."""

from pathlib import Path

from automl.console import Console
from automl.core import Workspace
from automl.storage import open_store


def register_model(
    study: str, name: str, alias: str, workspace: Path, storage: str | None, tracking_uri: str | None
) -> None:
    """Run `automl register`."""
    from automl.commands import register
    from automl.tracking.mlflow import Registration

    location = Workspace(workspace, storage, tracking_uri)
    store = open_store(location)
    try:
        register(store.study(study), location, Registration(name, alias), Console().say)
    finally:
        store.close()
