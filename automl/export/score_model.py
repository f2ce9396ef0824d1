"""Scores the model in a folder on a split."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.data import Split
from trials.files import TEXTS_AT_ONCE, read_thresholds, read_validation_logits
from trials.tasks import Calibration, Counts, calibrated_logits, task_of


@dataclass(frozen=True)
class ModelScores:
    """The scores of a model on a split.

    Attributes:
        metrics: every metric, by name.
        confusion: numbers of rows by class.
        logits: outputs for the rows: calibrated logits, shape (n, classes), and with several labels a text how far
            they lie above the thresholds, too, shape (n, classes, 2).
    """

    metrics: Mapping[str, float]
    confusion: Counts
    logits: NDArray[np.float64]


def score(folder: Path, split: Split, batch_size: int = TEXTS_AT_ONCE) -> ModelScores:
    """Load the model in `folder` and score it on `split`.

    The model is loaded from its files with its tokenizer, as a user would load it, and not taken from memory.

    Args:
        folder: a model folder.
        split: texts and labels; the labels are indices into the model's label names.
        batch_size: number of texts that are scored at a time.

    Raises:
        UsageError: the folder holds no model that can be loaded.
    """
    from automl.export.load_model import load_classifier, model_thresholds  # noqa: PLC0415 - torch, and not all who name `ModelScores` score

    classifier = load_classifier(folder)
    thresholds = model_thresholds(folder, classifier.label_names)
    return _scores(Calibration(thresholds=thresholds).outputs(classifier.logits(split.texts, batch_size)), split)


def validation_scores(folder: Path, split: Split, classes: int) -> ModelScores | None:
    """Return the scores of the model in `folder` on the validation rows, from the outputs that its trial left there.

    No text is read, which is what takes long with a large encoder.

    Args:
        folder: a model folder.
        split: texts and labels of the validation rows.
        classes: number of outputs of the model.

    Returns:
        The scores; None if the folder has no outputs of its present weights for all of these rows.

    Raises:
        ClassifierError: the file of the thresholds is damaged.
    """
    kept = read_validation_logits(folder)
    if kept is None or kept.shape[:2] != (len(split), classes):
        return None
    thresholds = read_thresholds(folder, classes)
    return _scores(Calibration(thresholds=thresholds).outputs(calibrated_logits(kept)), split)


def _scores(outputs: NDArray[np.float64], split: Split) -> ModelScores:
    task = task_of(split.labels)
    return ModelScores(task.evaluate(outputs, split.labels), task.counts(outputs, split.labels), outputs)
