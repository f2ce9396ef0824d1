"""Temperature scaling: one number that makes the probabilities of a classifier agree with how often it is right.

Guo et al., "On Calibration of Modern Neural Networks", 2017. Logits divided by a positive temperature predict the same
classes.
"""

import math
from collections.abc import Callable

import numpy as np

from trials.metrics import Labels, Logits

PRIOR_DEVIATION = 1.0
"""Standard deviation of the normal prior of the logarithm of the temperature, with mean 0.

It matters for few rows only. Without it, rows that are all classified right would have the temperature 0.
"""

LARGEST = 5.0
"""Limit of the logarithm of a temperature, in both directions."""

HALVINGS = 30
"""Halvings of the interval in which the logarithm lies; the last interval is 1e-8 wide."""

MOST_LOGITS = 2**20
"""Maximum number of logits that are used; of more, rows at even distances are chosen. The fit then takes 0.5 s."""


def fit_temperature(logits: Logits, labels: Labels) -> float:
    """Return the temperature at which the log loss of some rows, with a weak prior, is smallest.

    Args:
        logits: finite logits of rows that the classifier was not fitted to, shape (n, classes).
        labels: class ids, shape (n,).
    """
    rows = evenly_chosen(len(labels), logits.shape[1])
    logits, labels = logits[rows], labels[rows]
    shifted = logits - logits.max(axis=1, keepdims=True)
    own = float(shifted[np.arange(len(labels)), labels].sum())
    return least_temperature(lambda logarithm: _slope(shifted, own, logarithm))


def least_temperature(slope: Callable[[float], float]) -> float:
    """Return the temperature at which a loss is smallest.

    Args:
        slope: the derivative of the loss by the logarithm of the temperature, which changes its sign once.
    """
    low, high = -LARGEST, LARGEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if slope(middle) > 0:
            high = middle
        else:
            low = middle
    return math.exp((low + high) / 2)


def evenly_chosen(rows: int, classes: int) -> Labels:
    """Return row indices at even distances, as many as `MOST_LOGITS` allows.

    Args:
        rows: number of rows.
        classes: number of logits of each.
    """
    count = min(rows, max(1, MOST_LOGITS // classes))
    chosen: Labels = np.linspace(0, rows - 1, count).astype(np.int64)
    return chosen


def _slope(shifted: Logits, own: float, logarithm: float) -> float:
    """Return the derivative of the sum of losses and of the prior by the logarithm of the temperature.

    Args:
        shifted: logits whose largest one in each row is 0, shape (n, classes).
        own: sum of the logits of the true classes.
        logarithm: logarithm of the temperature.
    """
    inverse = math.exp(-logarithm)
    weights = np.exp(shifted * inverse)
    expected = float((np.einsum("ij,ij->i", weights, shifted) / weights.sum(axis=1)).sum())
    return -inverse * (expected - own) + logarithm / PRIOR_DEVIATION**2
