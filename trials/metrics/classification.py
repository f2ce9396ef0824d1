"""Metrics of a classifier, all from logits (n, classes) and labels (n,).

Every metric is finite for finite logits, also when some class has no label. The formulas agree with scikit-learn, which
the tests check; they are implemented here so that a worker needs NumPy only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trials.metrics.outputs import Labels, Outputs
from trials.metrics.probabilities import Logits

CALIBRATION_BINS = 15


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
