"""What a model says of some texts: logits, and what follows from them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.classifiers import load
from trials.files import TextClassifier, read_thresholds
from trials.tasks import Calibration, LabelArray, given_labels, task_of

SMALLEST_SPREAD = 1e-3
"""Share of the largest number that their spread counts as at least: fp32 has seven digits."""


@dataclass(frozen=True)
class Outputs:
    """Outputs of a model for some texts.

    Attributes:
        logits: the logits, shape (n, classes); of a model of numbers these, shape (n, 1).
        thresholds: the probability from which on a text gets each label; empty for one label a text.
    """

    logits: NDArray[np.float64]
    thresholds: tuple[float, ...] = ()

    @property
    def are_numbers(self) -> bool:
        """Whether each text has a number, and no label."""
        return self.logits.shape[1] == 1 and not self.thresholds

    @property
    def given(self) -> NDArray[np.int64]:
        """The labels of each text: the index of one, shape (n, 1), or whether it has each, shape (n, classes)."""
        if self.thresholds:
            return given_labels(Calibration(thresholds=self.thresholds).outputs(self.logits)).astype(np.int64)
        best: NDArray[np.int64] = self.logits.argmax(axis=1)
        return best[:, None]

    @property
    def spread(self) -> float:
        """What differences are measured by: 1 for logits, and the standard deviation of numbers."""
        if not self.are_numbers or not len(self.logits):
            return 1.0
        return max(float(self.logits.std()), SMALLEST_SPREAD * float(np.abs(self.logits).max())) or 1.0

    def agreement(self, other: "Outputs") -> float:
        """Return the share of texts that both give the same labels; numbers have none, so that it is 1."""
        return float((self.given == other.given).all(axis=1).mean())

    def distance(self, other: "Outputs") -> float:
        """Return the largest difference of a logit or a number."""
        return float(np.abs(self.logits - other.logits).max(initial=0.0))

    def score(self, labels: LabelArray) -> float:
        """Return the `copy_metric` of the task of `labels`.

        Args:
            labels: the labels of the texts, in the order of the logits.
        """
        task = task_of(labels)
        return task.score(task.copy_metric, Calibration(thresholds=self.thresholds).outputs(self.logits), labels)


def outputs_of(folder: Path, texts: tuple[str, ...], precision: str = "auto") -> Outputs:
    """Load the model in `folder`, and return what it says of `texts`.

    Args:
        folder: the model.
        texts: the texts.
        precision: format of large products, as in `trials.classifiers.load`.
    """
    return outputs_by(load(folder, precision), folder, texts)


def outputs_by(classifier: TextClassifier, folder: Path, texts: tuple[str, ...]) -> Outputs:
    """Return what a model says.

    Args:
        classifier: the model.
        folder: its folder, which has its thresholds.
        texts: the texts.
    """
    return Outputs(classifier.logits(texts), read_thresholds(folder, len(classifier.label_names)))
