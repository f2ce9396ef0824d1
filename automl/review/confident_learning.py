"""Likely label errors by confident learning: Northcutt, Jiang & Chuang, "Confident Learning", JAIR 70, 2021.

The methods are few lines of NumPy, so the package `cleanlab` is not needed: see docs/decisions/review/label-errors.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Labels
from trials.tasks import LabelArray, LabelMatrix


@dataclass(frozen=True)
class LabelDoubts:
    """What the probabilities of a model say about given labels; all arrays have shape (n,) unless it is said.

    Attributes:
        suggested: the most probable class other than the given one; of several labels a text, all that are suggested,
            shape (n, labels).
        given_probability: probability of the given label; of several, that the most doubtful one is as it is given.
        suggested_probability: probability of `suggested`; of several, that the most doubtful one is not.
        is_error: whether the label is likely an error: the row is confidently of another class.
    """

    suggested: LabelArray
    given_probability: NDArray[np.float64]
    suggested_probability: NDArray[np.float64]
    is_error: NDArray[np.bool_]

    @property
    def margin(self) -> NDArray[np.float64]:
        """By how much the suggestion is more probable than the given label, from -1 to 1."""
        return self.suggested_probability - self.given_probability

    def ranking(self) -> NDArray[np.int64]:
        """Return all rows, the most doubtful label first: likely errors, then the others, each by margin."""
        order: NDArray[np.int64] = np.lexsort((-self.margin, ~self.is_error))
        return order

    @property
    def is_mistake(self) -> NDArray[np.bool_]:
        """Whether the suggestion is more probable than the given label."""
        return self.margin > 0


def doubt_labels(probabilities: NDArray[np.float64], labels: LabelArray) -> LabelDoubts:
    """Compare given labels with out-of-fold probabilities.

    Args:
        probabilities: by a model that was not fitted to the row, shape (n, classes).
        labels: the given labels: class ids, shape (n,), or with several labels a text whether a row has each,
            shape (n, labels).
    """
    return _doubt_classes(probabilities, labels) if labels.ndim == 1 else _doubt_sets(probabilities, labels)


def _doubt_classes(probabilities: NDArray[np.float64], labels: Labels) -> LabelDoubts:
    """Compare given classes with probabilities.

    A row is confidently of class j if its probability of j is at least the mean probability of j over the rows with the
    label j (section 3.1), which allows for models that are more confident in some classes than in others; of several
    such classes the most probable counts. A row that is confidently of another class than its label is likely an error
    (the confident joint, equation 1).

    Args:
        probabilities: by a model that was not fitted to the row, shape (n, classes).
        labels: the given labels, shape (n,).
    """
    rows, classes = np.arange(len(labels)), probabilities.shape[1]
    given = probabilities[rows, labels]
    counts = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, weights=given, minlength=classes)
    thresholds = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    confident_class = confident.argmax(axis=1)
    is_error = (confident.max(axis=1) >= 0) & (confident_class != labels)
    others = probabilities.copy()
    others[rows, labels] = -1.0
    suggested = np.where(is_error, confident_class, others.argmax(axis=1))
    return LabelDoubts(suggested, given, probabilities[rows, suggested], is_error)


def _doubt_sets(probabilities: NDArray[np.float64], labels: LabelMatrix) -> LabelDoubts:
    """Compare given sets of labels with probabilities: each label by itself, as present or absent.

    All labels in doubt are changed in what is suggested; where there are none, the least probable one.

    Args:
        probabilities: of each label, shape (n, labels).
        labels: whether each row has each label, same shape.
    """
    found = [
        _doubt_classes(np.stack([1 - shares, shares], axis=1), given.astype(np.int64))
        for shares, given in zip(probabilities.T, labels.T, strict=True)
    ]
    is_error = np.stack([each.is_error for each in found], axis=1)
    margin = np.stack([each.margin for each in found], axis=1)
    worst = np.lexsort((margin, is_error), axis=1)[:, -1]
    is_changed = is_error.copy()
    rows = np.arange(len(labels))
    is_changed[rows, worst] = True
    given = np.where(labels, probabilities, 1 - probabilities)[rows, worst]
    has_error: NDArray[np.bool_] = np.asarray(is_error.any(axis=1))
    return LabelDoubts(labels ^ is_changed, given, 1 - given, has_error)
