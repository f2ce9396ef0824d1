"""Checks before a search that need no computation: workspace, databases, resources."""

import os
import tempfile
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from automl.checkpoints import folder_of, is_folder, refusal_of
from automl.cluster import AUTO, split_address
from automl.config import Experiment, ResourcesSection, SearchSection, ray_address
from automl.core import (
    STORAGE_VARIABLE,
    TRACKING_VARIABLE,
    UsageError,
    WorkspaceError,
    drop_password,
    usable_cores,
    without_password,
)

CALIBRATION_ERROR = "ece"
"""Name of the metric in `trials.metrics.METRICS` that a classifier without any skill can bring to its best value."""

TRACKING_SCHEMES = ("http", "https", "file", "sqlite", "postgresql", "mysql", "mssql", "databricks")
"""URI schemes that MLflow supports without a plugin; a database may have a driver, as in `postgresql+psycopg`."""


def preflight(experiment: Experiment) -> list[str]:
    """Check workspace, storage, tracking URI, storage path and resources of `experiment`. It leaves no files behind.

    Returns:
        Warnings for the user, each as one sentence.

    Raises:
        WorkspaceError: the workspace is not writable, and there is no other problem.
        UsageError: there are other problems; the message lists all of them.
    """
    workspace = _workspace_problems(experiment.workspace)
    others = [
        *_storage_problems(experiment.storage or os.environ.get(STORAGE_VARIABLE)),
        *_tracking_problems(experiment.tracking_uri or os.environ.get(TRACKING_VARIABLE)),
        *_resource_problems(experiment.resources),
        *_storage_path_problems(experiment.storage_path),
    ]
    if others:
        raise UsageError("\n".join([*workspace, *others]))
    if workspace:
        raise WorkspaceError("\n".join(workspace))
    return [*_resource_warnings(experiment.resources), *_objective_warnings(experiment.search)]


def require_writable(workspace: Path) -> None:
    """Check that the folder `workspace` is writable, before anything in it is opened.

    Raises:
        WorkspaceError: it is not writable.
    """
    if problems := _workspace_problems(workspace):
        raise WorkspaceError("\n".join(problems))


def _workspace_problems(workspace: Path) -> list[str]:
    if (refusal := _refusal(workspace)) is None:
        return []
    rule = f"The workspace {str(workspace)!r} must be a folder that can be written to"
    return [f"{rule}, but {refusal}. Choose another one with --workspace."]


def _storage_problems(storage: str | None) -> list[str]:
    """Check the URL with SQLAlchemy, including its driver, without connecting."""
    if storage is None:
        return []
    try:
        url = make_url(storage)
        url.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError):
        example = "postgresql+psycopg://user@host/studies"
        return [f"The storage must be a SQLAlchemy URL such as {example}, not {without_password(storage)!r}."]
    except ModuleNotFoundError as error:
        return [f"The storage {url.render_as_string()!r} needs the Python package {error.name!r}: install it."]
    return _sqlite_problems(url) if url.get_backend_name() == "sqlite" else []


def _storage_path_problems(storage_path: str | None) -> list[str]:
    if storage_path is None:
        return []
    rule = "The storage path must be a folder or an address such as s3://bucket/folder that can be written to"
    if drop_password(storage_path) != storage_path:
        return [f"{rule}, without a password in it: put it into the environment variables that its service documents."]
    refusal = _refusal(folder_of(storage_path)) if is_folder(storage_path) else refusal_of(storage_path)
    return [] if refusal is None else [f"{rule}, not {storage_path!r}: {refusal}"]


def _sqlite_problems(url: URL) -> list[str]:
    if url.database in {None, "", ":memory:"}:
        return ["The storage must name a file: a study in memory could be neither shown nor resumed."]
    if (refusal := _refusal(Path(str(url.database)).parent)) is not None:
        return [f"The storage {str(url)!r} must lie in a folder that can be written to, but {refusal}."]
    return []


def _tracking_problems(uri: str | None) -> list[str]:
    if not uri:
        return []
    parts = urlsplit(uri)
    scheme = parts.scheme.partition("+")[0]
    if scheme in {"http", "https"} and not parts.hostname:
        return [f"The tracking URI must name a host, as in http://localhost:5000, not {without_password(uri)!r}."]
    plugins = [plugin.name for plugin in entry_points(group="mlflow.tracking_store")]
    known = [*TRACKING_SCHEMES, *plugins]
    if scheme and scheme not in known:
        choices = ", ".join(known)
        return [f"The tracking URI must be a folder or begin with one of {choices}, not {without_password(uri)!r}."]
    return []


def _resource_problems(resources: ResourcesSection) -> list[str]:
    if (address := ray_address(resources)) is not None:  # whether a trial fits is checked after joining
        return _address_problems(address)
    requested, cores = resources.cpus_per_trial, usable_cores()
    if resources.slots != "auto" or requested <= cores:
        return []
    return [f"resources.cpus_per_trial must be at most the {cores} cores that this process may use, not {requested:g}."]


def _address_problems(address: str) -> list[str]:
    try:
        if address != AUTO:
            split_address(address)
    except ValueError as error:
        return [str(error)]
    return []


def _resource_warnings(resources: ResourcesSection) -> list[str]:
    if resources.slots == "auto" or ray_address(resources) is not None:
        return []
    requested, cores = resources.slots * resources.cpus_per_trial, usable_cores()
    if requested <= cores:
        return []
    return [
        f"{resources.slots} slots of {resources.cpus_per_trial:g} cores want {requested:g} cores, but this process may "
        f"use {cores}, so trials will slow each other down. Lower resources.slots, or leave it at 'auto'."
    ]


def _objective_warnings(search: SearchSection) -> list[str]:
    if (search.objectives or (search.metric,)) != (CALIBRATION_ERROR,):
        return []
    return [
        f"The metric {CALIBRATION_ERROR} alone does not say how often a model is right: one that gives every text the "
        "same probabilities can have the best. Choose log_loss, or a further objective, such as macro_f1."
    ]


def _refusal(folder: Path) -> str | None:
    """Return why `folder`, which need not exist yet, is not writable; None if it is.

    It writes a temporary folder, because permissions do not apply to root and do not show a read-only file system.
    """
    requested = folder.expanduser().absolute()
    existing = requested
    try:
        while not existing.exists():
            existing = existing.parent
        if not existing.is_dir():
            return f"{str(existing)!r} is a file"
        with tempfile.TemporaryDirectory(dir=existing, prefix=".automl-") as probe:
            (Path(probe) / requested.relative_to(existing)).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"trying gave: {error.strerror or error}"
    return None
