"""A SQLite database for MLflow that is made whole or not at all."""

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
    """Makes MLflow's tables if `uri` names a SQLite file that is not there yet.

    MLflow takes three seconds for it, and a database that a kill left half made is one that it can never open again. So
    the tables are made beside the place, and renamed into it. An empty database is kept for the next workspaces.
    """
    file = sqlite_file(uri)
    if file is None or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    new, kept = file.with_name(f".{file.name}.new"), _kept()
    new.unlink(missing_ok=True)  # of a process that was killed
    if kept is None or not _is_copied(kept, new):
        new.unlink(missing_ok=True)
        MlflowClient(f"{SQLITE}{new}").search_experiments()
        if kept is not None:
            _keep(new, kept)
    new.replace(file)


def _kept() -> Path | None:
    """Where an empty database is kept; None for a user without a home."""
    try:
        return machine_cache() / f"mlflow-{VERSION}.db"
    except RuntimeError:
        return None


def _is_copied(kept: Path, new: Path) -> bool:
    """Copies the database that is kept, and says whether it is there and whole."""
    try:
        shutil.copyfile(kept, new)
        with closing(sqlite3.connect(new)) as connection:
            is_whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return is_whole and connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None
    except (OSError, sqlite3.Error):
        return False


def _keep(new: Path, kept: Path) -> None:
    """Keeps a copy without MLflow's own first experiment, which knows the folder that it was made in."""
    copy = kept.with_name(f"{uuid4().hex}.new")
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # models lie there, too
        shutil.copyfile(new, copy)
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("DELETE FROM experiments")
        copy.replace(kept)
    except (OSError, sqlite3.Error):  # a home that cannot be written, a full disk: then the next one takes longer, too
        with suppress(OSError):
            copy.unlink()
