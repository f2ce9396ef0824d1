"""What tasks have in common whose answers are classes, each of which has a probability."""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks.task import LabelArray, Task


class ClassTask(Task):
    """A task whose rows are right or wrong, and whose models are mixed by their probabilities."""

    @abstractmethod
    def right(self, outputs: Logits, labels: LabelArray) -> NDArray[np.bool_]:
        """Return whether each row is right in all, shape (n,).

        Args:
            outputs: outputs of a model for some rows.
            labels: their labels.
        """

    @abstractmethod
    def log_likelihoods(self, logits: Logits, labels: LabelArray) -> Logits:
        """Return the logarithm of the probability of each true answer, shape (n,) or (n, classes).

        Args:
            logits: calibrated logits of some rows, shape (n, classes).
            labels: their labels.
        """

    def wins(self, first: Logits, second: Logits, labels: LabelArray) -> tuple[int, int]:
        """Return on how many rows each of two models alone is right.

        Args:
            first: outputs of one model for some rows.
            second: outputs of the other for the same rows.
            labels: their labels.
        """
        own, other = self.right(first, labels), self.right(second, labels)
        return int((own & ~other).sum()), int((other & ~own).sum())

    def mixable(self, logits: Logits, labels: LabelArray) -> NDArray[np.float64]:
        """Return the probability of each true answer, shape (n,) or (n, classes).

        Args:
            logits: calibrated logits of some rows, shape (n, classes).
            labels: their labels.
        """
        return np.exp(self.log_likelihoods(logits, labels))

    def loss_of_mixed(self, mixed: NDArray[np.float64], labels: LabelArray) -> float:
        """Return the log loss.

        Args:
            mixed: the mean over several models of what `mixable` gives.
            labels: labels of the rows.
        """
        return float(-np.mean(np.log(np.maximum(mixed, np.finfo(np.float64).tiny))))
