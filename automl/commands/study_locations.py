"""Locations outside the workspace that belong to a study, from the settings stored with it."""

import json
import os

from automl.checkpoints import RemoteStore, place_of
from automl.core import TRACKING_VARIABLE, StudyRecord, Workspace
from automl.storage import StudyStore


def tracked_at(workspace: Workspace, store: StudyStore, study: str) -> str:
    """The URI of a study's MLflow store.

    It is the one set by the workspace or the environment, else that of the study's experiment, else the workspace's.

    Args:
        workspace: its `tracking` overrides the URI stored with the study.
        store: the database of the study.
        study: name of the study.
    """
    if workspace.tracking or os.environ.get(TRACKING_VARIABLE):
        return workspace.tracking_uri
    return _remembered(store, study, "tracking_uri") or workspace.tracking_uri


def copied_to(store: StudyStore, study: StudyRecord) -> RemoteStore | None:
    """The remote store that its trials' files are copied to; None if the study has none."""
    if not study.uuid:
        return None
    storage_path = _remembered(store, study.name, "storage_path")
    return None if storage_path is None else place_of(storage_path, study)


def _remembered(store: StudyStore, study: str, field: str) -> str | None:
    value = json.loads(store.settings(study).experiment).get(field)
    return str(value) if value else None
