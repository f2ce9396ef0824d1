"""Creates a SQLite database for MLflow, completely or not at all."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

from mlflow import MlflowClient
from mlflow.version import VERSION

from automl.core import machine_cache, url_of_file
from automl.tracking.mlflow.names import sqlite_file


def make_database(uri: str) -> None:
    """Create MLflow's tables if `uri` names a SQLite file that does not exist.

    MLflow takes three seconds for this, and could never open a database whose creation was interrupted. So the tables
    are created in a temporary file, which is then renamed. An empty database is cached for other workspaces.
    """
    file = sqlite_file(uri)
    if file is None or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new, cached = file.with_name(f".{file.name}.new"), _cached()
    new.unlink(missing_ok=True)  # left by a process that was killed
    if cached is None or not _is_copied(cached, new):
        new.unlink(missing_ok=True)
        MlflowClient(url_of_file(new)).search_experiments()
        if cached is not None:
            _cache(new, cached)
    new.replace(file)


def _cached() -> Path | None:
    """Return the path of the cached empty database; None for a user without a home directory."""
    try:
        return machine_cache() / f"mlflow-{VERSION}.db"
    except RuntimeError:
        return None


def _is_copied(cached: Path, new: Path) -> bool:
    """Copy the cached database; return whether it exists and is intact."""
    try:
        shutil.copyfile(cached, new)
        with closing(sqlite3.connect(new)) as connection:
            is_intact = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return is_intact and connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None
    except (OSError, sqlite3.Error):
        return False


def _cache(new: Path, cached: Path) -> None:
    """Cache a copy without MLflow's default experiment, which contains the path of its folder."""
    copy = cached.with_name(f"{uuid4().hex}.new")
    try:
        cached.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # models are stored there, too
        shutil.copyfile(new, copy)
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("DELETE FROM experiments")
        copy.replace(cached)
    except (OSError, sqlite3.Error):  # home not writable or disk full: the next database takes as long
        with suppress(OSError):
            copy.unlink()
