"""Writes and reads how labels follow from the outputs of a model: a small file beside it. See `trials.decision`."""

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from automl.core import UsageError, WorkspaceError
from trials import decision as files
from trials.decision import DECISION_FILE, DECISION_FORMAT, Decision
from trials.errors import ClassifierError


def write_decision(decision: Decision, folder: Path) -> None:
    """Write a decision into a model folder, completely or not at all.

    Args:
        decision: the decision.
        folder: the model folder.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    content = {"format": DECISION_FORMAT, **vars(decision)}
    if decision.thresholds is None:
        del content["thresholds"]  # which earlier versions do not know
    staging = folder / f".{uuid4().hex}.json"
    try:
        staging.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
        staging.replace(folder / DECISION_FILE)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise WorkspaceError(f"{DECISION_FILE} must be written to {str(folder)!r}, but that failed: {error}") from error


def read_decision(folder: Path, label_names: Sequence[str]) -> Decision | None:
    """Return the decision in a model folder; None if it has none.

    Args:
        folder: the model folder.
        label_names: names of the classes of the model that is there.

    Raises:
        UsageError: the file cannot be read, or belongs to a model with other labels.
    """
    try:
        return files.read_decision(folder, label_names)
    except ClassifierError as error:
        raise UsageError(str(error)) from error
