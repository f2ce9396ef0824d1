"""Metrics of a classifier, all from logits (n, classes) and labels (n,).

Time and memory are those of a few passes over the logits, also with 10 000 classes: nothing has classes^2 cells.

Every metric is finite for finite logits, also when some class has no label. The formulas agree with scikit-learn, which
the tests check; they are implemented here so that a worker needs NumPy only.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Logits: TypeAlias = NDArray[np.float64]
Labels: TypeAlias = NDArray[np.int64]


CALIBRATION_BINS = 15


class Outputs:
    """The outputs of a classifier for some rows, with their labels, and what several metrics compute from them.

    Args:
        logits: finite numbers, shape (n, classes).
        labels: class ids, shape (n,).
    """

    def __init__(self, logits: Logits, labels: Labels) -> None:
        self.logits = logits
        self.labels = labels

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.logits.shape[1])

    @cached_property
    def predicted(self) -> Labels:
        """Class with the largest logit of each row, shape (n,); ties go to the first class."""
        predicted: Labels = self.logits.argmax(axis=1)
        return predicted

    @cached_property
    def log_probabilities(self) -> Logits:
        """Log-probabilities, shape (n, classes)."""
        return log_softmax(self.logits)

    @cached_property
    def confusion(self) -> "Confusion":
        """Counts of rows by true and predicted class."""
        pairs = self.labels * self.classes + self.predicted
        cells, counts = np.unique(pairs, return_counts=True)
        true, predicted = np.divmod(cells, self.classes)
        return Confusion(self.classes, tuple(zip(true.tolist(), predicted.tolist(), counts.tolist(), strict=True)))


@dataclass(frozen=True)
class Confusion:
    """Counts of rows by true and predicted class, without the empty cells, so that it has at most one cell for a row.

    Attributes:
        classes: number of classes.
        cells: true class, predicted class and number of rows of each cell that has rows, in ascending order.
    """

    classes: int
    cells: tuple[tuple[int, int, int], ...]

    @property
    def rows(self) -> int:
        """Number of all rows."""
        return int(self.true.sum())

    @cached_property
    def true(self) -> NDArray[np.int64]:
        """Rows of each true class, shape (classes,)."""
        return self._sums(self.cells, 0)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Rows of each predicted class, shape (classes,)."""
        return self._sums(self.cells, 1)

    @cached_property
    def right(self) -> NDArray[np.int64]:
        """Rows of each true class whose prediction is right, shape (classes,)."""
        return self._sums([cell for cell in self.cells if cell[0] == cell[1]], 0)

    @property
    def f1(self) -> NDArray[np.float64]:
        """F1 = 2 TP / (2 TP + FP + FN) of each class, shape (classes,); NaN for a class that occurs nowhere.

        Van Rijsbergen, "Information Retrieval", 1979.
        """
        either = (self.true + self.predicted).astype(np.float64)
        f1 = np.full(self.classes, np.nan)
        np.divide(2.0 * self.right, either, out=f1, where=either > 0)
        return f1

    def matrix(self, chosen: Sequence[int] | None = None) -> NDArray[np.int64]:
        """Return counts `[true][predicted]`, shape (classes, classes).

        Args:
            chosen: ids of the classes to keep, in this order; None keeps all. Cells of other classes are left out.
        """
        indices = {kept: index for index, kept in enumerate(range(self.classes) if chosen is None else chosen)}
        counts = np.zeros((len(indices), len(indices)), dtype=np.int64)
        for true, predicted, rows in self.cells:
            if true in indices and predicted in indices:
                counts[indices[true], indices[predicted]] = rows
        return counts

    def _sums(self, cells: Sequence[tuple[int, int, int]], axis: int) -> NDArray[np.int64]:
        sums = np.zeros(self.classes, dtype=np.int64)
        for cell in cells:
            sums[cell[axis]] += cell[2]
        return sums


@dataclass(frozen=True)
class Metric:
    """A measure of a classifier's quality.

    Attributes:
        name: its key in `METRICS`.
        maximize: whether larger values are better.
        function: computes it from outputs and labels, in the form of their task: `Outputs` here.
        has_unit: whether it has the unit of the labels, so that only a share of it can be called small.
    """

    name: str
    maximize: bool
    function: Callable[[Any], float]
    has_unit: bool = False

    def better(self, value: float, than: float) -> bool:
        """Return whether `value` is strictly better than the value `than`."""
        return value > than if self.maximize else value < than


def accuracy(outputs: Outputs) -> float:
    """Share of rows whose predicted class is the true one."""
    return float(np.mean(outputs.predicted == outputs.labels))


def macro_f1(outputs: Outputs) -> float:
    """Mean F1 over the classes that occur among labels or predictions; F1 is undefined for the others."""
    return float(np.nanmean(outputs.confusion.f1))


def worst_f1(outputs: Outputs) -> float:
    """The smallest F1 of any class that occurs among labels or predictions."""
    return float(np.nanmin(outputs.confusion.f1))


def balanced_accuracy(outputs: Outputs) -> float:
    """Mean recall over the classes that occur among labels (Brodersen et al., "The balanced accuracy", 2010)."""
    counts = outputs.confusion
    occurs = counts.true > 0
    return float(np.mean(counts.right[occurs] / counts.true[occurs]))


def mcc(outputs: Outputs) -> float:
    """Matthews correlation coefficient for any number of classes, from -1 to 1; 0 where it is undefined.

    Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004.
    """
    counts = outputs.confusion
    true, predicted = counts.true.astype(np.float64), counts.predicted.astype(np.float64)
    right, total = float(counts.right.sum()), float(len(outputs.labels))
    covariance = right * total - true @ predicted
    spread = (total**2 - predicted @ predicted) * (total**2 - true @ true)
    return float(covariance / np.sqrt(spread)) if spread > 0 else 0.0


def log_loss(outputs: Outputs) -> float:
    """Mean negative log-probability of the true class, in nats."""
    return float(-np.mean(outputs.log_probabilities[np.arange(len(outputs.labels)), outputs.labels]))


def auroc(outputs: Outputs) -> float:
    """Mean over classes of the area under the ROC curve, that class against the rest; 0.5 is chance.

    Each area is the Mann-Whitney statistic, equal scores counted half (Hanley & McNeil, "The meaning and use of the
    area under a ROC curve", 1982). With two classes both areas are the same. A class that no row or every row has is
    left out; with none left the result is 0.5.
    """
    rows = len(outputs.labels)
    areas = [
        _area(outputs.log_probabilities[:, label], outputs.labels == label)
        for label in np.flatnonzero((outputs.confusion.true > 0) & (outputs.confusion.true < rows))
    ]
    return float(np.mean(areas)) if areas else 0.5


def brier(outputs: Outputs) -> float:
    """Mean over rows of the squared distance between probabilities and the true class, from 0 to 2.

    Brier, "Verification of forecasts expressed in terms of probability", 1950.
    """
    probabilities = np.exp(outputs.log_probabilities)
    probabilities[np.arange(len(outputs.labels)), outputs.labels] -= 1.0
    return float(np.mean(np.einsum("ij,ij->i", probabilities, probabilities)))


def expected_calibration_error(outputs: Outputs) -> float:
    """Mean distance between confidence and accuracy, from 0 to 1.

    It is taken over `CALIBRATION_BINS` bins of equal width, each weighted by its rows (Guo et al., "On Calibration of
    Modern Neural Networks", 2017, eq. 3).
    """
    sure = np.exp(outputs.log_probabilities.max(axis=1))
    right = outputs.predicted == outputs.labels
    bins = np.minimum((sure * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=sure - right, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(outputs.labels))


def top3_accuracy(outputs: Outputs) -> float:
    """Share of rows whose true class is among the three with the largest logits, of equal ones the first."""
    logits, labels = outputs.logits, outputs.labels[:, None]
    own_logits = np.take_along_axis(logits, labels, axis=1)
    before = np.arange(outputs.classes) < labels
    ranks = np.count_nonzero((logits > own_logits) | ((logits == own_logits) & before), axis=1)
    return float(np.mean(ranks < 3))


def log_softmax(logits: Logits) -> Logits:
    """Log-probabilities, shape as given; safe for logits of any size.

    The largest logit's own term, 1, is kept out of the sum, so that two nearly certain rows still differ.
    """
    rows, top = np.arange(len(logits)), logits.argmax(axis=1)
    shifted = logits - logits[rows, top][:, None]
    others = np.exp(shifted)
    others[rows, top] = 0.0
    shifted -= np.log1p(others.sum(axis=1, keepdims=True))
    log_probabilities: Logits = shifted
    return log_probabilities


def mean_log_probabilities(logits: Sequence[Logits], weights: Sequence[float]) -> Logits:
    """Return the logarithm of the weighted mean of the probabilities of several classifiers, shape (n, classes).

    Args:
        logits: logits of the same rows by each classifier, shape (n, classes).
        weights: share of each classifier; they sum to 1.
    """
    parts = [log_softmax(each) + math.log(weight) for each, weight in zip(logits, weights, strict=True)]
    combined: Logits = np.logaddexp.reduce(parts, axis=0)
    return combined


def _area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Share of the (positive, negative) pairs that `scores` rank correctly, by mid-ranks."""
    order = np.sort(scores)
    low, high = (np.searchsorted(order, scores[positive], side) for side in ("left", "right"))
    positives = len(low)
    ranks = (low + high + 1).sum() / 2.0
    return float((ranks - positives * (positives + 1) / 2.0) / (positives * (len(scores) - positives)))


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
    outputs = Outputs(logits, labels)
    return {name: metric.function(outputs) for name, metric in METRICS.items()}


def over_folds(scores: Sequence[Mapping[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the mean of each metric over the folds, and its sample standard deviation (n - 1).

    Args:
        scores: the metrics of each fold, by name; at least two folds.
    """
    columns = {name: [fold[name] for fold in scores] for name in scores[0]}
    means = {name: fmean(values) for name, values in columns.items()}
    return means, {name: stdev(values) for name, values in columns.items()}
