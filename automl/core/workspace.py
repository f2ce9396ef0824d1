"""Where everything of an embedded run lies: one folder, `runs/` by default."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL

STORAGE_VARIABLE = "AUTOML_STORAGE_URL"
TRACKING_VARIABLE = "MLFLOW_TRACKING_URI"

LONGEST_OWN_NAME = 60
"""Characters of a name that we give."""

LONGEST_FOLDER_NAME = 150
"""Bytes: file systems allow 255, and other names are made from this one."""


@dataclass(frozen=True)
class Workspace:
    """The places of a workspace. `storage` and `tracking` override its own databases when they are given."""

    folder: Path
    storage: str | None = None
    tracking: str | None = None

    @property
    def storage_url(self) -> str:
        """The database of studies, as SQLAlchemy names it."""
        return self.storage or os.environ.get(STORAGE_VARIABLE) or sqlite_url(self.folder)

    @property
    def tracking_uri(self) -> str:
        """MLflow's store."""
        own = f"sqlite:///{self.folder.resolve() / 'mlflow.db'}"
        return self.tracking or os.environ.get(TRACKING_VARIABLE) or own

    @property
    def artifacts(self) -> Path:
        """Where MLflow keeps files, unless a server does."""
        return self.folder.resolve() / "artifacts"

    @property
    def cache(self) -> Path:
        """Tokenized data, by content."""
        return self.folder.resolve() / "cache"

    def study(self, name: str) -> Path:
        """The folder of one study, inside the workspace whatever the name."""
        return self.folder.resolve() / folder_name(name)

    def checkpoint(self, name: str, number: int) -> Path:
        """The model of one trial."""
        return self.study(name) / "trials" / f"{number:05d}"

    def training_state(self, name: str, number: int) -> Path:
        """What an unfinished trial needs to go on; gone when the trial has ended."""
        return self.study(name) / "unfinished" / f"{number:05d}"

    def donors(self, name: str) -> Path:
        """The folder of the training states that other trials may go on from."""
        return self.study(name) / "donors"

    def saved_steps(self, name: str) -> Path:
        """Where it is noted when the files of a trial were saved."""
        return self.study(name) / "steps"

    def outboxes(self, name: str) -> Path:
        """What is to be copied to a second place, in a folder for each driver."""
        return self.study(name) / "outbox"

    def best(self, name: str) -> Path:
        """Where the winner of a study is handed over."""
        return self.study(name) / "best"


def name_after(data: str) -> str:
    """A study's name after that of its data, where the user gives none."""
    return re.sub(r"[^\w.-]+", "-", data).strip("-.")[:LONGEST_OWN_NAME] or "study"


def folder_name(study: str) -> str:
    """A name for a file system: what could lead elsewhere or trouble a shell is escaped as in a web address.

    A name that would become too long is cut, and told from others by a digest of the whole.
    """
    escaped = re.sub(r"[^\w. -]|^\.", lambda found: quote(found[0], safe="").replace(".", "%2E"), study)
    if len(escaped.encode()) <= LONGEST_FOLDER_NAME:
        return escaped
    digest = hashlib.sha256(study.encode()).hexdigest()[:16]
    return f"{escaped.encode()[:LONGEST_FOLDER_NAME].decode(errors='ignore')}-{digest}"


RESERVED_NAMES = frozenset({"studies.db", "mlflow.db", "artifacts", "cache"})
"""What lies in a workspace beside the folders of the studies."""


def sqlite_url(workspace: Path) -> str:
    """The address of a workspace's own database, whatever characters the path has in it."""
    return URL.create("sqlite", database=str(workspace.resolve() / "studies.db")).render_as_string()
