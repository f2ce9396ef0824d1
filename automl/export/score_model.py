"""How good a model folder is on a split."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.data import Split
from trials.files import TEXTS_AT_ONCE
from trials.metrics import confusion_matrix, evaluate


@dataclass(frozen=True)
class ModelScores:
    """A model on a split: every metric, counts `confusion[true][predicted]`, and the logits, shape (n, classes)."""

    metrics: Mapping[str, float]
    confusion: tuple[tuple[int, ...], ...]
    logits: NDArray[np.float64]


def score(folder: Path, split: Split, batch_size: int = TEXTS_AT_ONCE) -> ModelScores:
    """Loads the model in `folder` afresh and scores `split`.

    What is scored is thus what a user will load, its tokenizer and its files included, not what a worker had in memory.

    Raises:
        UsageError: the folder holds no model.
    """
    from automl.export.load_model import load_classifier  # noqa: PLC0415 - torch, and not all who name `ModelScores` score

    classifier = load_classifier(folder)
    logits = classifier.logits(split.texts, batch_size)
    counts = confusion_matrix(logits, split.labels)
    confusion = tuple(tuple(int(count) for count in row) for row in counts)
    return ModelScores(evaluate(logits, split.labels), confusion, logits)
