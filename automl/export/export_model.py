"""Exports the winner's model to its final folder, completely or not at all."""

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from automl.checkpoints import link_or_copy
from automl.core import FACTS_FILE, WorkspaceError
from automl.export.load_model import model_thresholds
from automl.export.versions import versions
from automl.report import Json, data_facts, model_card, winner_facts
from automl.selection import Winner
from trials.classifiers import pair_read_by
from trials.data import PLAIN, RowForm, write_row_form
from trials.files import VALIDATION_LOGITS, read_kind, restore, staging_of, swap_in
from trials.tasks import ORDINAL, SINGLE_LABEL, Task, task_of_model

CARD_FILE = "README.md"

_FORMAT = 1
"""Version of the format of `automl.json`; to be raised if readers of it would have to change."""


def hand_over(winner: Winner, checkpoint: Path) -> None:
    """Export the model in `checkpoint` to `winner.folder`, with a model card and `automl.json`.

    All files are written to a temporary folder first, which is then renamed. A crash leaves the old model or the new
    one, never a mixture.

    Args:
        winner: the content of the card and of the JSON, and the target folder.
        checkpoint: the model folder to copy; it is not changed.

    Raises:
        WorkspaceError: the folder cannot be written.
    """
    new = staging_of(winner.folder)
    try:
        restore(winner.folder)
        ignored = shutil.ignore_patterns(VALIDATION_LOGITS)
        shutil.copytree(checkpoint, new, ignore=ignored, copy_function=_CopyOfWeights())
        form = PLAIN if winner.read is None else winner.read.form
        describe(new, model_card(winner, read_kind(new), pair_read_by(new)), _facts(winner), form)
        swap_in(winner.folder)
    except (OSError, shutil.Error) as error:
        raise WorkspaceError(
            f"the model must be written to {str(winner.folder)!r}, but that failed: {error}; "
            f"make room or give it write permission, the model itself is still in {str(checkpoint)!r}"
        ) from error
    finally:
        restore(winner.folder)


class _CopyOfWeights:
    """Copies files as `shutil.copy2` does, but weights that several members of an ensemble link to only once."""

    def __init__(self) -> None:
        self._copies: dict[tuple[int, ...], str] = {}

    def __call__(self, source: str, target: str) -> None:
        if source.endswith(".safetensors"):
            status = Path(source).stat()
            file = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
            first = self._copies.setdefault(file, target)
            if first != target:
                link_or_copy(first, target)
                return
        shutil.copy2(source, target)


def describe(folder: Path, card: str, facts: Mapping[str, Json], form: RowForm = PLAIN) -> None:
    """Write the card of a model, what is known of it, and the columns that it asks for into its folder.

    Args:
        folder: the folder, which exists.
        card: the text of `README.md`.
        facts: the content of `automl.json`; its format, the time and the versions of packages are added.
        form: the form of the rows that the model was trained on.

    Raises:
        OSError: a file cannot be written.
    """
    (folder / CARD_FILE).write_text(card, encoding="utf-8")
    created = datetime.now(UTC).isoformat(timespec="seconds")
    known = {"format": _FORMAT, "created": created, **facts, "versions": versions()}
    text = json.dumps(known, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / FACTS_FILE).write_text(text + "\n", encoding="utf-8")
    if form.also or pair_read_by(folder) is not None:
        write_row_form(folder, form)


def trained_text_columns(folder: Path) -> tuple[str, ...]:
    """Return the text columns that an exported model was trained on; empty if `automl.json` does not name them."""
    try:
        columns = _facts_in(folder)["data"]["text"]
    except (KeyError, TypeError):
        return ()
    named = [columns] if isinstance(columns, str) else columns
    return tuple(map(str, named)) if isinstance(named, list) else ()


def trained_task(folder: Path) -> str | None:
    """Return the name of the task that an exported model was trained for; None if `automl.json` does not name it."""
    task = _facts_in(folder).get("task")
    return task if isinstance(task, str) else None


def model_task(folder: Path, label_names: Sequence[str]) -> Task:
    """Return the task of a model.

    Args:
        folder: its folder, whose `automl.json` tells classes that have an order; a model from elsewhere has none.
        label_names: names of its outputs.

    Raises:
        UsageError: the file of its thresholds is damaged.
    """
    found = task_of_model(label_names, model_thresholds(folder, label_names))
    return ORDINAL if found is SINGLE_LABEL and trained_task(folder) == ORDINAL.name else found


def _facts_in(folder: Path) -> dict[str, Any]:
    """Return the content of `automl.json`; empty for a model from elsewhere, which has no such file, or another one."""
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _facts(winner: Winner) -> dict[str, Json]:
    return {
        **winner_facts(winner),
        "data": {
            "fingerprint": winner.data_fingerprint,
            "corrections": winner.corrections,
            **({} if winner.read is None else data_facts(winner.read)),
        },
    }
