"""What a model says of some texts: logits, and the labels that follow from them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trials.classifiers import load
from trials.files import TextClassifier, read_thresholds
from trials.tasks import Calibration, LabelArray, given_labels


@dataclass(frozen=True)
class Outputs:
    """Outputs of a model for some texts.

    Attributes:
        logits: the logits, shape (n, classes).
        thresholds: the probability from which on a text gets each label; empty for one label a text.
    """

    logits: NDArray[np.float64]
    thresholds: tuple[float, ...] = ()

    @property
    def given(self) -> NDArray[np.int64]:
        """The labels of each text: the index of one, shape (n, 1), or whether it has each, shape (n, classes)."""
        if self.thresholds:
            return given_labels(Calibration(thresholds=self.thresholds).outputs(self.logits)).astype(np.int64)
        best: NDArray[np.int64] = self.logits.argmax(axis=1)
        return best[:, None]

    def agreement(self, other: "Outputs") -> float:
        """Return the share of texts that both give the same labels."""
        return float((self.given == other.given).all(axis=1).mean())

    def distance(self, other: "Outputs") -> float:
        """Return the largest difference of a logit."""
        return float(np.abs(self.logits - other.logits).max(initial=0.0))

    def accuracy(self, labels: LabelArray) -> float:
        """Return the share of texts that are given their labels, all of them and no others.

        Args:
            labels: the labels of the texts, in the order of the logits.
        """
        true = labels[:, None] if labels.ndim == 1 else labels
        return float((self.given == true).all(axis=1).mean())


def outputs_of(folder: Path, texts: tuple[str, ...]) -> Outputs:
    """Load the model in `folder`, and return what it says of `texts`."""
    return outputs_by(load(folder), folder, texts)


def outputs_by(classifier: TextClassifier, folder: Path, texts: tuple[str, ...]) -> Outputs:
    """Return what a model says.

    Args:
        classifier: the model.
        folder: its folder, which has its thresholds.
        texts: the texts.
    """
    return Outputs(classifier.logits(texts), read_thresholds(folder, len(classifier.label_names)))
