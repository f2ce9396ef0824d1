"""Creates a SQLite database for MLflow, completely or not at all."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

from mlflow import MlflowClient
from mlflow.version import VERSION

from automl.core import machine_cache
from automl.tracking.mlflow.names import SQLITE, sqlite_file


def make_database(uri: str) -> None:
    """Creates MLflow's tables if `uri` names a SQLite file that does not exist.

    MLflow takes three seconds for this, and could never open a database whose creation was interrupted. So the tables
    are created in a temporary file, which is then renamed. An empty database is cached for other workspaces.
    """
    file = sqlite_file(uri)
    if file is None or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new, kept = file.with_name(f".{file.name}.new"), _kept()
    new.unlink(missing_ok=True)  # left by a process that was killed
    if kept is None or not _is_copied(kept, new):
        new.unlink(missing_ok=True)
        MlflowClient(f"{SQLITE}{new}").search_experiments()
        if kept is not None:
            _keep(new, kept)
    new.replace(file)


def _kept() -> Path | None:
    """The path of the cached empty database; None for a user without a home directory."""
    try:
        return machine_cache() / f"mlflow-{VERSION}.db"
    except RuntimeError:
        return None


def _is_copied(kept: Path, new: Path) -> bool:
    """Copies the cached database; returns whether it exists and is intact."""
    try:
        shutil.copyfile(kept, new)
        with closing(sqlite3.connect(new)) as connection:
            is_whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return is_whole and connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None
    except (OSError, sqlite3.Error):
        return False


def _keep(new: Path, kept: Path) -> None:
    """Caches a copy without MLflow's default experiment, which contains the path of its folder."""
    copy = kept.with_name(f"{uuid4().hex}.new")
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # models are stored there, too
        shutil.copyfile(new, copy)
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("DELETE FROM experiments")
        copy.replace(kept)
    except (OSError, sqlite3.Error):  # home not writable or disk full: the next database takes as long
        with suppress(OSError):
            copy.unlink()
