"""Metrics of a classifier, all from logits (n, classes) and labels (n,).

Every metric is finite for finite logits, also when some class has no label. The formulas agree with scikit-learn, which
the tests check; they are implemented here so that a worker needs NumPy only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Logits: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]


CALIBRATION_BINS = 15


@dataclass(frozen=True)
class Metric:
    """A measure of a classifier's quality.

    Attributes:
        name: its key in `METRICS`.
        maximize: whether larger values are better.
        function: computes it from logits (n, classes) and labels (n,).
    """

    name: str
    maximize: bool
    function: Callable[[Logits, Labels], float]

    def better(self, value: float, than: float) -> bool:
        """Return whether `value` is strictly better than the value `than`."""
        return value > than if self.maximize else value < than


def confusion_matrix(logits: Logits, labels: Labels) -> NDArray[np.int64]:
    """Return counts of rows, `[true][predicted]`, shape (classes, classes); ties go to the first class."""
    classes = logits.shape[1]
    cells = np.bincount(labels * classes + logits.argmax(axis=1), minlength=classes * classes)
    return cells.reshape(classes, classes)


def accuracy(logits: Logits, labels: Labels) -> float:
    """Share of rows whose predicted class is the true one."""
    return float(np.mean(logits.argmax(axis=1) == labels))


def macro_f1(logits: Logits, labels: Labels) -> float:
    """Mean F1 over the classes that occur among labels or predictions; F1 is undefined for the others."""
    return float(np.nanmean(class_f1(confusion_matrix(logits, labels))))


def worst_f1(logits: Logits, labels: Labels) -> float:
    """The smallest F1 of any class that occurs among labels or predictions."""
    return float(np.nanmin(class_f1(confusion_matrix(logits, labels))))


def class_f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 = 2 TP / (2 TP + FP + FN) of each class, shape (classes,), from counts `[true][predicted]`.

    NaN for a class that occurs nowhere. Van Rijsbergen, "Information Retrieval", 1979.
    """
    either = (counts.sum(axis=0) + counts.sum(axis=1)).astype(np.float64)
    f1 = np.full(len(counts), np.nan)
    np.divide(2.0 * counts.diagonal(), either, out=f1, where=either > 0)
    return f1


def balanced_accuracy(logits: Logits, labels: Labels) -> float:
    """Mean recall over the classes that occur among labels (Brodersen et al., "The balanced accuracy", 2010)."""
    counts = confusion_matrix(logits, labels)
    rows = counts.sum(axis=1)
    return float(np.mean(counts.diagonal()[rows > 0] / rows[rows > 0]))


def mcc(logits: Logits, labels: Labels) -> float:
    """Matthews correlation coefficient for any number of classes, from -1 to 1; 0 where it is undefined.

    Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004.
    """
    counts = confusion_matrix(logits, labels).astype(np.float64)
    true, predicted, total = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    covariance = counts.trace() * total - true @ predicted
    spread = (total**2 - predicted @ predicted) * (total**2 - true @ true)
    return float(covariance / np.sqrt(spread)) if spread > 0 else 0.0


def log_loss(logits: Logits, labels: Labels) -> float:
    """Mean negative log-probability of the true class, in nats."""
    return float(-np.mean(log_softmax(logits)[np.arange(len(labels)), labels]))


def auroc(logits: Logits, labels: Labels) -> float:
    """Mean over classes of the area under the ROC curve, that class against the rest; 0.5 is chance.

    Each area is the Mann-Whitney statistic, equal scores counted half (Hanley & McNeil, "The meaning and use of the
    area under a ROC curve", 1982). With two classes both areas are the same. A class that no row or every row has is
    left out; with none left the result is 0.5.
    """
    scores = log_softmax(logits)
    areas = [
        _area(scores[:, index], labels == index)
        for index in range(logits.shape[1])
        if 0 < np.count_nonzero(labels == index) < len(labels)
    ]
    return float(np.mean(areas)) if areas else 0.5


def brier(logits: Logits, labels: Labels) -> float:
    """Mean over rows of the squared distance between probabilities and the true class, from 0 to 2.

    Brier, "Verification of forecasts expressed in terms of probability", 1950.
    """
    distances = np.exp(log_softmax(logits))
    distances[np.arange(len(labels)), labels] -= 1.0
    return float(np.mean((distances**2).sum(axis=1)))


def expected_calibration_error(logits: Logits, labels: Labels) -> float:
    """Mean distance between confidence and accuracy, from 0 to 1.

    It is taken over `CALIBRATION_BINS` bins of equal width, each weighted by its rows (Guo et al., "On Calibration of
    Modern Neural Networks", 2017, eq. 3).
    """
    sure = np.exp(log_softmax(logits)).max(axis=1)
    right = logits.argmax(axis=1) == labels
    bins = np.minimum((sure * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=sure - right, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(labels))


def top3_accuracy(logits: Logits, labels: Labels) -> float:
    """Share of rows whose true class is among the three with the largest logits, of equal ones the first."""
    best = np.argsort(-logits, axis=1, kind="stable")[:, :3]
    return float(np.mean((best == labels[:, None]).any(axis=1)))


def log_softmax(logits: Logits) -> Logits:
    """Log-probabilities, shape as given; safe for logits of any size.

    The largest logit's own term, 1, is kept out of the sum, so that two nearly certain rows still differ.
    """
    rows, top = np.arange(len(logits)), logits.argmax(axis=1)
    shifted = logits - logits[rows, top][:, None]
    others = np.exp(shifted)
    others[rows, top] = 0.0
    log_probabilities: Logits = shifted - np.log1p(others.sum(axis=1, keepdims=True))
    return log_probabilities


def _area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Share of the (positive, negative) pairs that `scores` rank correctly, by mid-ranks."""
    _, groups, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2.0)[groups]
    positives = np.count_nonzero(positive)
    negatives = len(positive) - positives
    return float((ranks[positive].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


METRICS: dict[str, Metric] = {
    "accuracy": Metric("accuracy", True, accuracy),
    "macro_f1": Metric("macro_f1", True, macro_f1),
    "worst_f1": Metric("worst_f1", True, worst_f1),
    "balanced_accuracy": Metric("balanced_accuracy", True, balanced_accuracy),
    "mcc": Metric("mcc", True, mcc),
    "log_loss": Metric("log_loss", False, log_loss),
    "auroc": Metric("auroc", True, auroc),
    "brier": Metric("brier", False, brier),
    "ece": Metric("ece", False, expected_calibration_error),
    "top3_accuracy": Metric("top3_accuracy", True, top3_accuracy),
}


def evaluate(logits: Logits, labels: Labels) -> dict[str, float]:
    """Return every metric of `METRICS` by name.

    Args:
        logits: finite numbers, shape (n, classes).
        labels: class ids, shape (n,).
    """
    return {name: metric.function(logits, labels) for name, metric in METRICS.items()}


def over_folds(scores: Sequence[Mapping[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the mean of each metric over the folds, and its sample standard deviation (n - 1).

    Args:
        scores: the metrics of each fold, by name; at least two folds.
    """
    columns = {name: [each[name] for each in scores] for name in scores[0]}
    means = {name: fmean(values) for name, values in columns.items()}
    return means, {name: stdev(values) for name, values in columns.items()}
