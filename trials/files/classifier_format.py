"""Classifiers that transformers does not know: how their folders are told apart, written and read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from trials.errors import ClassifierError
from trials.files.atomic_folder import replacing

FACTS = "classifier.json"
"""Says of which kind the classifier in a folder is, and holds what is no array."""

ARRAYS = "classifier.safetensors"

ENCODER = "encoder"
"""The folder, in that of a classifier on top of an encoder, which transformers reads."""

FORMAT = 1
"""To be raised whenever a reader would have to change."""

TEXTS_AT_ONCE = 64
"""Texts that are scored together; sorted by length, so that a batch has little padding."""


class TextClassifier(Protocol):
    """Texts in, logits out. `label_names[i]` is the name of column i."""

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the classes."""
        ...

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Logits of each text, in the order of the texts: shape (n, classes)."""
        ...


class WritableClassifier(Protocol):
    """A classifier that can be put into a folder."""

    def write(self, folder: Path) -> None:
        """Writes all of it into `folder`, which is there, and new."""
        ...


def save_classifier(classifier: WritableClassifier, folder: Path) -> None:
    """Makes `folder` hold `classifier`, whole or not at all.

    Raises:
        CheckpointError: the disk refuses it; the folder is as it was.
    """
    with replacing(folder) as staging:
        classifier.write(staging)


def write_parts(folder: Path, kind: str, facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes the two files that every such classifier has."""
    write_facts(folder, kind, facts)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    (folder / ARRAYS).chmod(folder.stat().st_mode & 0o666)


def write_facts(folder: Path, kind: str, facts: Mapping[str, Any]) -> None:
    """Writes the one of the two that says what the arrays are."""
    told = {"format": FORMAT, "kind": kind, **facts}
    (folder / FACTS).write_text(json.dumps(told), encoding="utf-8")


def read_kind(folder: Path) -> str | None:
    """The kind of the classifier in `folder`; None where there is none of these.

    Raises:
        ClassifierError: it is damaged, or of a later version of this program.
    """
    if not (folder / FACTS).is_file():
        return None
    facts = _facts(folder)
    if facts.get("format") != FORMAT:
        raise ClassifierError(
            f"the classifier in {str(folder)!r} must be of format {FORMAT}, not {facts.get('format')!r}; "
            "read it with the version of transformer-automl that wrote it"
        )
    return str(facts.get("kind"))


def read_parts(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What `write_parts` wrote.

    Raises:
        ClassifierError: it is damaged.
    """
    facts = _facts(folder)
    try:
        return facts, load_file(folder / ARRAYS)
    except Exception as error:  # safetensors has errors of its own, and passes on the system's
        raise ClassifierError(f"the classifier in {str(folder)!r} cannot be read: {error}") from error


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ClassifierError(f"the classifier in {str(folder)!r} cannot be read: {error}") from error
    if not isinstance(facts, dict):
        raise ClassifierError(f"{str(folder / FACTS)!r} must hold a JSON object, not {type(facts).__name__}")
    return facts
