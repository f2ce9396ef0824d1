"""A number for each text."""

import math
import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks.class_stratification import divide_classes, split_off_classes
from trials.tasks.numbers import NUMBER_METRICS, NumberOutputs, Numbers, Residuals, residuals
from trials.tasks.scale import Scale, scale_of_numbers
from trials.tasks.task import UNCALIBRATED, Calibration, Task

MOST_BINS = 10
FEWEST_IN_BIN = 5
"""Numbers are divided alike by bins between their quantiles, each with so many rows or more."""


class Regression(Task):
    """Each text has a number: one output, and the squared error."""

    name = "regression"
    metrics = NUMBER_METRICS
    default_metric = "r2"
    row_metric = None
    shown_metric = "mae"
    loss_metric = "rmse"
    copy_metric = "r2"
    problem_type = "regression"

    def scale(self, labels: Numbers) -> Scale:
        """Return the scale on which the labels have mean 0 and deviation 1."""
        return scale_of_numbers(labels)

    def scored(self, outputs: Logits, labels: Numbers) -> NumberOutputs:
        """Return `NumberOutputs`."""
        return NumberOutputs(outputs, labels)

    def counts(self, outputs: Logits, labels: Numbers) -> Residuals:
        """Return what is kept of the errors."""
        return residuals(NumberOutputs(outputs, labels))

    def wins(self, first: Logits, second: Logits, labels: Numbers) -> tuple[int, int]:
        """Return on how many rows each of two models is closer to the true number."""
        own, other = (np.abs(NumberOutputs(outputs, labels).errors) for outputs in (first, second))
        return int((own < other).sum()), int((other < own).sum())

    def calibrate(self, logits: Logits, labels: Numbers, *, tempered: bool = True) -> Calibration:
        """Return a calibration that changes nothing."""
        return UNCALIBRATED

    def mixable(self, logits: Logits, labels: Numbers) -> NDArray[np.float64]:
        """Return the predicted numbers, shape (n,)."""
        return logits[:, 0]

    def loss_of_mixed(self, mixed: NDArray[np.float64], labels: Numbers) -> float:
        """Return half the logarithm of the mean squared error: the log loss of normal errors, less a constant."""
        return 0.5 * math.log(max(float(np.square(mixed - labels).mean()), sys.float_info.min))

    def probabilities(self, logits: Logits) -> NDArray[np.float64]:
        """Return the numbers themselves, shape (n, 1)."""
        return logits

    def mean(self, logits: Sequence[Logits], weights: Sequence[float]) -> Logits:
        """Return the weighted mean of the numbers."""
        found: Logits = np.tensordot(np.asarray(weights), np.stack(list(logits)), axes=1)
        return found

    def constant(self, labels: Numbers, classes: int, metric: str) -> Logits:
        """Return the mean, or the median for `mae`."""
        return np.array([float(np.median(labels) if metric == "mae" else np.mean(labels))])

    def class_rows(self, labels: Numbers) -> NDArray[np.int64]:
        """Return the rows of each bin."""
        counts: NDArray[np.int64] = np.bincount(self.strata(labels))
        return counts[counts > 0]

    def imbalance(self, labels: Numbers) -> float:
        """Return 1: there are no classes to balance."""
        return 1.0

    def strata(self, labels: Numbers) -> NDArray[np.int64]:
        """Return a bin of each row, between quantiles of the labels; equal labels are in one bin."""
        bins = int(np.clip(len(labels) // FEWEST_IN_BIN, 1, MOST_BINS))
        cuts = np.unique(np.quantile(labels, np.linspace(0, 1, bins + 1)[1:-1])) if len(labels) else np.zeros(0)
        found: NDArray[np.int64] = np.searchsorted(cuts, labels, side="left").astype(np.int64)
        return _without_single_rows(found)

    def drawn_within(self, labels: Numbers) -> NDArray[np.int64]:
        """Return one stratum for all rows."""
        return np.zeros(len(labels), dtype=np.int64)

    def split_off(self, labels: Numbers, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Divide bin by bin."""
        return split_off_classes(self.strata(labels), share, seed)

    def divide(self, labels: Numbers, parts: int, seed: int) -> NDArray[np.int64]:
        """Divide bin by bin."""
        return divide_classes(self.strata(labels), parts, seed)


def _without_single_rows(strata: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return strata in which a bin of one row is joined with the next one, so that each can be divided in two."""
    found = strata.copy()
    for number in range(int(found.max(initial=0))):
        if (found == number).sum() == 1:
            found[found == number] = number + 1
    last = found.max(initial=0)
    if (found == last).sum() == 1 and (found < last).any():
        found[found == last] = found[found < last].max()
    return found
