"""Locations outside the workspace that belong to a study, from the settings stored with it."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from automl.checkpoints import RemoteStore, place_of
from automl.core import TABLES_FOLDER, TRACKING_VARIABLE, StudyRecord, UsageError, Workspace
from automl.storage import Study, StudyStore


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


def own_tables(study: Study, store: StudyStore, workspace: Workspace) -> frozenset[Path]:
    """Return the folders of tables that a program had in memory and that no other study of `store` reads.

    Args:
        study: the study.
        store: the database of the workspace's studies.
        workspace: the workspace that holds the tables.
    """
    found = _tables(study, workspace)
    for name in store.names() if found else ():
        if name != study.name:
            with suppress(UsageError):  # another program's study, or one that is deleted now
                found -= _tables(store.study(name), workspace)
    return found


def _tables(study: Study, workspace: Workspace) -> frozenset[Path]:
    home = workspace.cache / TABLES_FOLDER
    paths = (Path(each) for each in _strings(json.loads(study.settings().experiment).get("data")))
    return frozenset(home / path.relative_to(home).parts[0] for path in paths if home in path.parents)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _remembered(study: Study, field: str) -> str | None:
    value = json.loads(study.settings().experiment).get(field)
    return str(value) if value else None
