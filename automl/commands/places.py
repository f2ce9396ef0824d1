"""Where a study is tracked, as the study itself remembers."""

import json
import os

from automl.storage.studies import StudyStore
from automl.workspace import TRACKING_VARIABLE, Workspace


def tracked_at(workspace: Workspace, store: StudyStore, study: str) -> str:
    """The MLflow store of a study: the one that was named now, else the one of its experiment, else the workspace's."""
    if workspace.tracking or os.environ.get(TRACKING_VARIABLE):
        return workspace.tracking_uri
    remembered = json.loads(store.settings(study).experiment).get("tracking_uri")
    return str(remembered) if remembered else workspace.tracking_uri
