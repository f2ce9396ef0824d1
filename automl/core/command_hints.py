"""Commands for the user to paste: they name the same study in the same place, whatever its name."""

import os
import shlex
from pathlib import Path

from automl.core.redaction import without_password
from automl.core.workspace import STORAGE_VARIABLE, TRACKING_VARIABLE, Workspace

DEFAULT_FOLDER = Path("runs")


def next_command(workspace: Workspace, verb: str, study: str, *options: str) -> str:
    """`automl VERB STUDY OPTIONS`, with whatever says where the study lies, as far as the user had to say it.

    A password is not repeated: it reads `***`.
    """
    words = ["automl", verb, study, *options]
    if workspace.folder.resolve() != DEFAULT_FOLDER.resolve():
        words += ["--workspace", str(near(workspace.folder))]
    if verb == "ui":
        words += _given("--tracking-uri", workspace.tracking, TRACKING_VARIABLE)
    else:
        words += _given("--storage", workspace.storage, STORAGE_VARIABLE)
    return shlex.join(words)


def near(path: Path) -> Path:
    """The path as seen from the current folder, if it lies below."""
    here, there = Path.cwd(), path.resolve()
    return there.relative_to(here) if there.is_relative_to(here) else there


def _given(option: str, value: str | None, variable: str) -> list[str]:
    return [] if value is None or value == os.environ.get(variable) else [option, without_password(value)]
