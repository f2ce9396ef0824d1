"""Locations outside the workspace that belong to a study, from the settings stored with it."""

import json
import os

from automl.checkpoints import RemoteStore, place_of
from automl.core import TRACKING_VARIABLE, StudyRecord, Workspace
from automl.storage import Study


def tracked_at(study: Study, workspace: Workspace) -> str:
    """Return the URI of a study's MLflow store.

    It is the one set by the workspace or the environment, else that of the study's experiment, else the workspace's.

    Args:
        study: the study.
        workspace: its `tracking` overrides the URI stored with the study.
    """
    if workspace.tracking or os.environ.get(TRACKING_VARIABLE):
        return workspace.tracking_uri
    return _remembered(study, "tracking_uri") or workspace.tracking_uri


def copied_to(study: Study, record: StudyRecord) -> RemoteStore | None:
    """Return the remote store that the files of a study's trials are copied to; None if the study has none."""
    if not record.uuid:
        return None
    storage_path = _remembered(study, "storage_path")
    return None if storage_path is None else place_of(storage_path, record)


def _remembered(study: Study, field: str) -> str | None:
    value = json.loads(study.settings().experiment).get(field)
    return str(value) if value else None
