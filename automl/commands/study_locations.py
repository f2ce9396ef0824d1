"""Where else something of a study lies, as the study itself remembers."""

import json
import os

from automl.checkpoints import RemoteStore, place_of
from automl.core import TRACKING_VARIABLE, StudyRecord, Workspace
from automl.storage import StudyStore


def tracked_at(workspace: Workspace, store: StudyStore, study: str) -> str:
    """The MLflow store of a study: the one that was named now, else the one of its experiment, else the workspace's."""
    if workspace.tracking or os.environ.get(TRACKING_VARIABLE):
        return workspace.tracking_uri
    return _remembered(store, study, "tracking_uri") or workspace.tracking_uri


def copied_to(store: StudyStore, study: StudyRecord) -> RemoteStore | None:
    """Where its trials' files are copied to; None where there is no such place."""
    if not study.uuid:
        return None
    storage_path = _remembered(store, study.name, "storage_path")
    return None if storage_path is None else place_of(storage_path, study)


def _remembered(store: StudyStore, study: str, field: str) -> str | None:
    value = json.loads(store.settings(study).experiment).get(field)
    return str(value) if value else None
