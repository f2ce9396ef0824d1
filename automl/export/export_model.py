"""Exports the winner's model to its final folder, completely or not at all."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from automl.core import FACTS_FILE, WorkspaceError
from automl.export.versions import versions
from automl.report import Json, data_facts, model_card, winner_facts
from automl.selection import Winner
from trials.classifiers import pair_read_by
from trials.data import write_row_form
from trials.files import VALIDATION_LOGITS, read_kind, restore, staging_of, swap_in

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
        shutil.copytree(checkpoint, new, ignore=shutil.ignore_patterns(VALIDATION_LOGITS))
        pair = pair_read_by(new)
        (new / CARD_FILE).write_text(model_card(winner, read_kind(new), pair), encoding="utf-8")
        if winner.read is not None and (pair or winner.read.form.also):
            write_row_form(new, winner.read.form)
        facts = json.dumps(_facts(winner), indent=2, ensure_ascii=False, allow_nan=False)
        (new / FACTS_FILE).write_text(facts + "\n", encoding="utf-8")
        swap_in(winner.folder)
    except (OSError, shutil.Error) as error:
        raise WorkspaceError(
            f"the model must be written to {str(winner.folder)!r}, but that failed: {error}; "
            f"make room or give it write permission, the model itself is still in {str(checkpoint)!r}"
        ) from error
    finally:
        restore(winner.folder)


def trained_text_columns(folder: Path) -> tuple[str, ...]:
    """Return the text columns that an exported model was trained on; empty if `automl.json` does not name them."""
    try:
        facts = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        columns = facts["data"]["text"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()  # a model from elsewhere has no such file, or another one
    named = [columns] if isinstance(columns, str) else columns
    return tuple(map(str, named)) if isinstance(named, list) else ()


def _facts(winner: Winner) -> dict[str, Json]:
    return {
        "format": _FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **winner_facts(winner),
        "data": {
            "fingerprint": winner.data_fingerprint,
            "corrections": winner.corrections,
            **({} if winner.read is None else data_facts(winner.read)),
        },
        "versions": versions(),
    }
