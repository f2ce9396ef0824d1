"""The layout of a workspace: the folder of databases, artifacts and models, `runs/` by default."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL

STORAGE_VARIABLE = "AUTOML_STORAGE_URL"
TRACKING_VARIABLE = "MLFLOW_TRACKING_URI"

FACTS_FILE = "automl.json"
"""File of facts about a model, in the folder of the model that is handed over."""

TABLES_FOLDER = "tables"
"""Folder in the cache, of tables that a program had in memory when it began a search."""

ENSEMBLE_PREFIX, REFIT_PREFIX, SOUP_PREFIX = "ensemble-", "refit-", "soup-"
"""Beginnings of the names of folders in a study's folder, in which models are built before they are handed over."""

LONGEST_OWN_NAME = 60
"""Maximum length of a generated study name, in characters."""

LONGEST_FOLDER_NAME = 150
"""Maximum length of a folder name, in bytes. File systems allow 255, and longer names are derived from it."""


@dataclass(frozen=True)
class Workspace:
    """The paths and URLs of a workspace.

    Attributes:
        folder: the folder of the workspace.
        storage: SQLAlchemy URL of the studies; None: `AUTOML_STORAGE_URL`, or else an SQLite file in the workspace.
        tracking: MLflow's tracking URI; None: `MLFLOW_TRACKING_URI`, or else an SQLite file in the workspace.
    """

    folder: Path
    storage: str | None = None
    tracking: str | None = None

    @property
    def storage_url(self) -> str:
        """SQLAlchemy URL of the database of studies."""
        return self.storage or os.environ.get(STORAGE_VARIABLE) or sqlite_url(self.folder)

    @property
    def tracking_uri(self) -> str:
        """MLflow's tracking URI."""
        own = url_of_file(self.folder.resolve() / "mlflow.db")
        return self.tracking or os.environ.get(TRACKING_VARIABLE) or own

    @property
    def artifacts(self) -> Path:
        """Folder of MLflow's artifacts, unless a tracking server keeps them."""
        return self.folder.resolve() / "artifacts"

    @property
    def cache(self) -> Path:
        """Folder of tokenized data, with keys derived from the content."""
        return self.folder.resolve() / "cache"

    def study(self, name: str) -> "StudyFolders":
        """Return the folders of the study called `name`. They are inside the workspace for every name."""
        return StudyFolders(self.folder.resolve() / folder_name(name))


@dataclass(frozen=True)
class StudyFolders:
    """The folders of one study in a workspace. They need not exist.

    Attributes:
        folder: the folder of the study, which contains all others.
    """

    folder: Path

    @property
    def models(self) -> Path:
        """Folder of the models of trials; one subfolder per trial."""
        return self.folder / "trials"

    @property
    def training_states(self) -> Path:
        """Folder of the training states of unfinished trials; one subfolder per trial."""
        return self.folder / "unfinished"

    def model(self, number: int) -> Path:
        """Return the folder of the model of trial `number`."""
        return self.models / f"{number:05d}"

    def training_state(self, number: int) -> Path:
        """Return the folder of the training state of trial `number`, which is deleted when the trial ends."""
        return self.training_states / f"{number:05d}"

    @property
    def parent_states(self) -> Path:
        """Folder of the training states from which other trials may continue."""
        return self.folder / "donors"

    @property
    def saved_steps(self) -> Path:
        """Folder that records the step at which each trial last saved its files."""
        return self.folder / "steps"

    @property
    def outboxes(self) -> Path:
        """Folder of files to be copied to the storage path; one subfolder per driver."""
        return self.folder / "outbox"

    @property
    def best(self) -> Path:
        """Folder of the model that is handed over."""
        return self.folder / "best"

    @property
    def best_single(self) -> Path:
        """Folder of the best single model, where an ensemble is handed over."""
        return self.folder / "best-single"

    @property
    def report(self) -> Path:
        """The report of the study as a page, as a search leaves it."""
        return self.folder / "report.html"

    @property
    def unfinished_models(self) -> list[Path]:
        """Folders in which models are built before they are handed over; a process that was killed leaves them."""
        begins = (ENSEMBLE_PREFIX, REFIT_PREFIX, SOUP_PREFIX)
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path for path in found if path.name.startswith(begins) and path.is_dir())

    def board(self, name: str) -> Path:
        """Return the folder of the records of the board called `name`."""
        return self.folder / name


def name_after(data: str) -> str:
    """Return a default study name derived from `data`, the name of the data set."""
    return re.sub(r"[^\w.-]+", "-", data).strip("-.")[:LONGEST_OWN_NAME] or "study"


def folder_name(study: str) -> str:
    """Return the folder name of `study`. Characters that are unsafe in a path or a shell are percent-encoded.

    A name that would become too long is truncated, and gets a SHA-256 digest of the whole as a suffix.
    """
    escaped = re.sub(r"[^\w. -]|^\.", lambda found: quote(found[0], safe="").replace(".", "%2E"), study)
    if len(escaped.encode()) <= LONGEST_FOLDER_NAME:
        return escaped
    digest = hashlib.sha256(study.encode()).hexdigest()[:16]
    return f"{escaped.encode()[:LONGEST_FOLDER_NAME].decode(errors='ignore')}-{digest}"


RESERVED_NAMES = frozenset({"studies.db", "mlflow.db", "artifacts", "cache"})
"""Names of files and folders in a workspace that are no folders of studies, so no study may use them."""


def sqlite_url(workspace: Path) -> str:
    """Return the SQLAlchemy URL of the SQLite database of `workspace`."""
    return url_of_file(workspace.resolve() / "studies.db")


def url_of_file(file: Path) -> str:
    """Return the SQLAlchemy URL of a SQLite `file`; special characters, such as `?` and `%`, are escaped."""
    return URL.create("sqlite", database=str(file)).render_as_string()
