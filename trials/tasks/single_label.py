"""One label a text."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trials.calibration import fit_temperature
from trials.metrics import METRICS, Confusion, Labels, Logits, Outputs, log_softmax, mean_log_probabilities
from trials.tasks.class_stratification import divide_classes, split_off_classes
from trials.tasks.class_task import ClassTask
from trials.tasks.task import Calibration


class SingleLabel(ClassTask):
    """Each text has one label: softmax and cross-entropy."""

    name = "single-label"
    metrics = METRICS
    default_metric = "macro_f1"
    row_metric = "accuracy"
    shown_metric = "accuracy"
    copy_metric = "accuracy"
    problem_type = None

    def scored(self, outputs: Logits, labels: Labels) -> Outputs:
        """Return `Outputs`."""
        return Outputs(outputs, labels)

    def counts(self, outputs: Logits, labels: Labels) -> Confusion:
        """Return counts by true and predicted class."""
        return Outputs(outputs, labels).confusion

    def right(self, outputs: Logits, labels: Labels) -> NDArray[np.bool_]:
        """Return whether the most probable class is the true one."""
        right: NDArray[np.bool_] = outputs.argmax(axis=1) == labels
        return right

    def calibrate(self, logits: Logits, labels: Labels, *, tempered: bool = True) -> Calibration:
        """Return a temperature."""
        return Calibration(fit_temperature(logits, labels) if tempered else 1.0)

    def log_likelihoods(self, logits: Logits, labels: Labels) -> Logits:
        """Return the log-probability of the true class, shape (n,)."""
        found: Logits = log_softmax(logits)[np.arange(len(labels)), labels]
        return found

    def probabilities(self, logits: Logits) -> NDArray[np.float64]:
        """Return the softmax."""
        return np.exp(log_softmax(logits))

    def mean(self, logits: Sequence[Logits], weights: Sequence[float]) -> Logits:
        """Return log-probabilities."""
        return mean_log_probabilities(logits, weights)

    def class_rows(self, labels: Labels) -> NDArray[np.int64]:
        """Return the rows of each class that occurs."""
        counts: NDArray[np.int64] = np.bincount(labels)
        return counts[counts > 0]

    def imbalance(self, labels: Labels) -> float:
        """Return the ratio between the largest and the smallest class."""
        counts = self.class_rows(labels)
        return float(counts.max() / counts.min())

    def strata(self, labels: Labels) -> NDArray[np.int64]:
        """Return the class ids themselves."""
        return labels

    def drawn_within(self, labels: Labels) -> NDArray[np.int64]:
        """Return the class ids themselves."""
        return labels

    def split_off(self, labels: Labels, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Divide class by class; each class has at least two rows."""
        return split_off_classes(labels, share, seed)

    def divide(self, labels: Labels, parts: int, seed: int) -> NDArray[np.int64]:
        """Divide class by class."""
        return divide_classes(labels, parts, seed)
