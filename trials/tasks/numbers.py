"""What predicted numbers are scored by: outputs, residuals, and metrics.

The metrics agree with scikit-learn and SciPy, which the tests check. All are finite for finite outputs.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits, Metric

Numbers: TypeAlias = NDArray[np.float64]
"""A number for each row, shape (n,)."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of residuals that are kept."""

BANDS = 5
"""Number of bands of true values, of about equally many rows, whose errors are kept."""


class NumberOutputs:
    """Predicted numbers of some rows, with the true ones.

    Args:
        outputs: outputs of a model on the scale of the labels, shape (n, 1).
        labels: the true numbers, shape (n,).
    """

    def __init__(self, outputs: Logits, labels: Numbers) -> None:
        self.predicted = outputs[:, 0]
        self.labels = labels

    @property
    def errors(self) -> Numbers:
        """Predicted less true numbers, shape (n,)."""
        return self.predicted - self.labels


@dataclass(frozen=True)
class Band:
    """Errors of the rows whose true value lies between `low` and `high`, both included.

    Attributes:
        low: smallest true value.
        high: largest true value.
        rows: number of rows.
        mean: mean predicted value.
        mae: mean absolute error.
    """

    low: float
    high: float
    rows: int
    mean: float
    mae: float


@dataclass(frozen=True)
class Residuals:
    """What is kept of the errors of a model of numbers, in the place of counts of rows by class.

    Attributes:
        rows: number of rows.
        bias: mean of predicted less true numbers.
        quantiles: of predicted less true numbers, at `QUANTILES`.
        bands: errors by true value, from small to large.
    """

    rows: int
    bias: float
    quantiles: tuple[float, ...]
    bands: tuple[Band, ...]


def residuals(outputs: NumberOutputs) -> Residuals:
    """Return what is kept of the errors."""
    order = np.argsort(outputs.labels, kind="stable")
    true, guessed = outputs.labels[order], outputs.predicted[order]
    starts = np.unique(
        np.searchsorted(true, [true[part[0]] for part in np.array_split(np.arange(len(true)), min(BANDS, len(true)))])
    )
    bands = [
        Band(float(t[0]), float(t[-1]), len(t), float(g.mean()), float(np.abs(g - t).mean()))
        for t, g in zip(np.split(true, starts[1:]), np.split(guessed, starts[1:]), strict=True)
    ]
    quantiles = tuple(float(value) for value in np.quantile(outputs.errors, QUANTILES))
    return Residuals(len(true), float(outputs.errors.mean()), quantiles, tuple(bands))


def mae(outputs: NumberOutputs) -> float:
    """Mean absolute error, in the unit of the labels."""
    return float(np.abs(outputs.errors).mean())


def rmse(outputs: NumberOutputs) -> float:
    """Root of the mean squared error, in the unit of the labels."""
    return float(np.sqrt(np.square(outputs.errors).mean()))


def r2(outputs: NumberOutputs) -> float:
    """Share of the variance of the labels that is explained: 1 is perfect, 0 is no better than their mean.

    Of equal labels it is 1 if they are predicted exactly, and else 0.
    """
    error = float(np.square(outputs.errors).sum())
    total = float(np.square(outputs.labels - outputs.labels.mean()).sum())
    if total == 0.0:
        return float(error == 0.0)
    return 1.0 - error / total


def spearman(outputs: NumberOutputs) -> float:
    """Rank correlation of predicted and true numbers, from -1 to 1, equal ones with their mean rank; 0 if undefined.

    Spearman, "The proof and measurement of association between two things", 1904.
    """
    first, second = (_ranks(values) for values in (outputs.predicted, outputs.labels))
    first, second = first - first.mean(), second - second.mean()
    spread = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / spread if spread > 0 else 0.0


def _ranks(values: Numbers) -> Numbers:
    """Return the rank of each value, from 1; equal ones have the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[inverse]


NUMBER_METRICS: dict[str, Metric] = {
    "r2": Metric("r2", True, r2),
    "rmse": Metric("rmse", False, rmse, has_unit=True),
    "mae": Metric("mae", False, mae, has_unit=True),
    "spearman": Metric("spearman", True, spearman),
}
