"""Commands for the user to paste. They name the same study in the same workspace, with the name quoted for a shell."""

import os
import shlex
from pathlib import Path

from automl.core.redaction import without_password
from automl.core.workspace import STORAGE_VARIABLE, TRACKING_VARIABLE, Workspace

DEFAULT_FOLDER = Path("runs")


def next_command(workspace: Workspace, verb: str, study: str, *options: str) -> str:
    """Return the command `automl VERB STUDY OPTIONS`, quoted for a shell.

    The options that locate the study are added where they differ from the defaults and the environment. Passwords in
    them are replaced with `***`.

    Args:
        workspace: the workspace of the study.
        verb: name of the subcommand; `ui` gets the tracking URI, all others get the storage URL.
        study: name of the study.
        *options: further words of the command.
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
    """Return `path` relative to the current folder if it is inside it, and as an absolute path otherwise."""
    current, resolved = Path.cwd(), path.resolve()
    return resolved.relative_to(current) if resolved.is_relative_to(current) else resolved


def _given(option: str, value: str | None, variable: str) -> list[str]:
    return [] if value is None or value == os.environ.get(variable) else [option, without_password(value)]
