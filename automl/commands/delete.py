"""Deletes a study permanently: its files, their remote copies, its MLflow runs and its rows in the database."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from automl.checkpoints import RemoteStore, RemoteStoreError
from automl.commands.active_drivers import certainly_living, shown
from automl.commands.study_locations import copied_to, own_tables, tracked_at
from automl.core import StudyRecord, UsageError, Workspace, WorkspaceError, next_command, without_password
from automl.storage import Study, StudyStore
from automl.tracking.mlflow import count_runs, delete_study_from_mlflow
from trials.files import ENCODER, FACTS
from trials.hub import CONFIG


@dataclass(frozen=True)
class StudyContents:
    """The parts of a study that `delete` removes, and their locations.

    Attributes:
        study: the study.
        record: the study with its trials, as the database has it.
        folder: its folder in the workspace.
        models: number of model folders below `folder`.
        bytes_on_disk: total size in bytes of the files below `folder`, without links and files queued for copying.
        tracking_uri: its MLflow store.
        runs: number of its MLflow runs, of searches and of trials.
        copies: the remote store that holds copies of its trials' files; None if the study has no remote store.
        tables: folders of tables that its data was written to, and that no other study reads.
    """

    study: Study
    record: StudyRecord
    folder: Path
    models: int
    bytes_on_disk: int
    tracking_uri: str
    runs: int
    copies: RemoteStore | None = None
    tables: frozenset[Path] = frozenset()

    def lines(self) -> list[str]:
        """Return one line for the user about each location."""
        copies = [] if self.copies is None else [f"copies of trials' files in {self.copies.address}"]
        return [
            f"trials in the database: {len(self.record.trials)}",
            f"models in {self.folder}: {self.models} ({_size(self.bytes_on_disk)})",
            *copies,
            *(f"data that was in memory, in {table}" for table in sorted(self.tables)),
            f"runs in MLflow at {without_password(self.tracking_uri)}: {self.runs}",
        ]


def survey(study: Study, workspace: Workspace, store: StudyStore) -> StudyContents:
    """List what `delete` would remove, and change nothing.

    Args:
        study: the study.
        workspace: the workspace that holds the study's files.
        store: the database of the workspace's studies.

    Returns:
        The contents to show to the user and to pass to `delete`.

    Raises:
        UsageError: there is no such study.
        WorkspaceError: MLflow does not answer, so its runs could not be deleted.
    """
    record, uri, folders = study.record(), tracked_at(study, workspace), workspace.study(study.name)
    waiting = folders.outboxes  # hard links to files that a killed driver had still to copy
    files = [path for path in folders.folder.rglob("*") if path.is_file() and not path.is_symlink()]
    files = [path for path in files if waiting not in path.parents]
    return StudyContents(
        study=study,
        record=record,
        folder=folders.folder,
        models=sum(path.name in {CONFIG, FACTS} and path.parent.name != ENCODER for path in files),
        bytes_on_disk=sum(path.stat().st_size for path in files),
        tracking_uri=uri,
        runs=count_runs(uri, record.identity),
        copies=copied_to(study, record),
        tables=own_tables(study, store, workspace),
    )


def delete(contents: StudyContents, workspace: Workspace, say: Callable[[str], None]) -> None:
    """Delete the files first, then MLflow's runs, the database last, so a command that failed can be repeated.

    Args:
        contents: the contents to delete, from `survey`.
        workspace: the workspace that holds the study's files.
        say: receives a line if the function has to wait for the heartbeat of a driver.

    Raises:
        UsageError: a driver works on the study.
        WorkspaceError: files or runs cannot be deleted; the study is still in the database.
    """
    study = contents.study
    with study.sole_driver():
        if drivers := certainly_living(study, say):
            raise UsageError(
                f"a study must not be searched while it is deleted, but {', '.join(map(shown, drivers))} "
                f"searches {study.name!r}; first: {next_command(workspace, 'stop', study.name)}"
            )
        for folder in (contents.folder, *contents.tables):
            _remove(folder)
        _clear(contents.copies)
        delete_study_from_mlflow(contents.tracking_uri, contents.record.identity, workspace.artifacts)
        study.delete()


def _remove(folder: Path) -> None:
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise WorkspaceError(
            f"the folder {str(folder)!r} must be deleted, but that failed: {error.strerror}; "
            "solve that problem and run the command again"
        ) from error


def _clear(copies: RemoteStore | None) -> None:
    """Delete the copies of the trials' files. The exported model stays there, because it belongs to the user."""
    if copies is None:
        return
    try:
        copies.clear()
    except RemoteStoreError as error:
        raise WorkspaceError(
            f"the copies in {copies.address} must be deleted, but that failed: {error}; "
            "solve that problem and run the command again"
        ) from error


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
