"""File format of classifiers that transformers cannot load."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from trials.errors import ClassifierError
from trials.files.atomic_folder import replacing
from trials.files.label_thresholds import write_thresholds
from trials.files.validation_logits import write_validation_logits

FACTS = "classifier.json"
"""File with the kind of the classifier in a folder, and with everything that is no array."""

ARRAYS = "classifier.safetensors"

ENCODER = "encoder"
"""Subfolder with the encoder of a classifier, in the format of transformers."""

FORMAT = 1
"""Version of the format; raise it when readers must change."""

TEXTS_AT_ONCE = 64
"""Default number of texts that are scored together."""


class TextClassifier(Protocol):
    """A classifier of texts. `label_names[i]` is the name of column i of its logits."""

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of the classes."""
        ...

    def logits(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> NDArray[np.float64]:
        """Return the logits of each text, in the order of the texts, shape (n, classes).

        Args:
            texts: the texts; there may be none.
            batch_size: texts that are scored together; a classifier may batch in another way.
        """
        ...


class WritableClassifier(Protocol):
    """A classifier that can be calibrated, and written to a folder."""

    def tempered(self, temperature: float) -> Self:
        """Return the classifier whose logits are those of this one, divided by `temperature`."""
        ...

    def write(self, folder: Path) -> None:
        """Write the classifier into `folder`, which exists and is new."""
        ...


def save_classifier(
    classifier: WritableClassifier,
    folder: Path,
    validation: NDArray[np.float64] | None = None,
    thresholds: tuple[float, ...] = (),
) -> None:
    """Write a classifier to a folder, completely or not at all.

    Args:
        classifier: the classifier.
        folder: its folder, which is replaced.
        validation: its outputs for all validation rows, or those of its folds for all rows, which are kept beside it;
            None keeps none.
        thresholds: the probability from which on a text gets each label; empty for one label a text.

    Raises:
        CheckpointError: the disk rejects the write; the folder is unchanged.
    """
    with replacing(folder) as staging:
        classifier.write(staging)
        write_thresholds(staging, thresholds)
        if validation is not None:
            write_validation_logits(staging, validation)


def write_parts(folder: Path, kind: str, facts: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write the two files of a classifier.

    Args:
        folder: the folder, which exists.
        kind: the kind of the classifier, by which its reader is found.
        facts: everything that is no array, as plain JSON.
        arrays: the arrays by name.
    """
    write_facts(folder, kind, facts)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    (folder / ARRAYS).chmod(folder.stat().st_mode & 0o666)


def write_facts(folder: Path, kind: str, facts: Mapping[str, Any]) -> None:
    """Write the file with kind and facts; the caller writes the arrays.

    Args:
        folder: the folder, which exists.
        kind: the kind of the classifier, by which its reader is found.
        facts: everything that is no array, as plain JSON.
    """
    content = {"format": FORMAT, "kind": kind, **facts}
    (folder / FACTS).write_text(json.dumps(content), encoding="utf-8")


def read_kind(folder: Path) -> str | None:
    """Return the kind of the classifier in `folder`; None if the folder has no classifier of this format.

    Raises:
        ClassifierError: the file is damaged, or has another version of the format.
    """
    if not (folder / FACTS).is_file():
        return None
    facts = read_facts(folder)
    if facts.get("format") != FORMAT:
        raise ClassifierError(
            f"the classifier in {str(folder)!r} must be of format {FORMAT}, not {facts.get('format')!r}; "
            "read it with the version of transformer-automl that wrote it"
        )
    return str(facts.get("kind"))


def read_parts(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the facts and the arrays that `write_parts` wrote into `folder`.

    Raises:
        ClassifierError: a file is missing or damaged.
    """
    facts = read_facts(folder)
    try:
        return facts, load_file(folder / ARRAYS)
    except Exception as error:  # safetensors has errors of its own, and passes on the system's
        raise ClassifierError(f"the classifier in {str(folder)!r} cannot be read: {error}") from error


def read_facts(folder: Path) -> dict[str, Any]:
    """Return the facts that were written into `folder`, without a check of their format.

    Raises:
        ClassifierError: the file is missing or damaged.
    """
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ClassifierError(f"the classifier in {str(folder)!r} cannot be read: {error}") from error
    if not isinstance(facts, dict):
        raise ClassifierError(f"{str(folder / FACTS)!r} must hold a JSON object, not {type(facts).__name__}")
    return facts
