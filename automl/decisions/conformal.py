"""Sets of labels that contain the true one with a given probability, and intervals that contain the true number.

Split conformal prediction with the least ambiguous sets (Sadinle, Lei & Wasserman, "Least Ambiguous Set-Valued
Classifiers with Bounded Error Levels", 2019): of all sets with the same coverage these are the smallest on average. The
most probable label is always in its set, so that no set is empty, which only adds to the coverage; of labels with an
order so are those between two that are.

Intervals reach from the predicted number equally far to both sides (Lei, G'Sell, Rinaldo, Tibshirani & Wasserman,
"Distribution-Free Predictive Inference for Regression", 2018).
"""

import math

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Labels, Logits, log_softmax
from trials.tasks import Numbers


def conformal_scores(logits: Logits, labels: Labels) -> NDArray[np.float64]:
    """Return how strange the true label of each row is to the model, from 0 to 1, in ascending order; shape (n,).

    Args:
        logits: logits of rows that the model was not fitted to, shape (n, classes).
        labels: class ids, shape (n,).
    """
    true = np.exp(log_softmax(logits)[np.arange(len(labels)), labels])
    return np.sort(1.0 - true)


def label_sets(
    logits: Logits, scores: NDArray[np.float64], coverage: float, *, has_order: bool = False
) -> NDArray[np.bool_]:
    """Return which labels are in the set of each row, shape as `logits`.

    If the rows are exchangeable with those of the scores, the set of a row has its true label with a probability of at
    least `coverage`. With fewer than `coverage / (1 - coverage)` scores that takes all labels.

    Args:
        logits: logits of new rows, shape (n, classes).
        scores: what `conformal_scores` returned, shape (m,).
        coverage: between 0 and 1.
        has_order: whether labels have an order, so that those between two labels of a set belong to it, too.
    """
    probabilities = np.exp(log_softmax(logits))
    sets: NDArray[np.bool_] = 1.0 - probabilities <= _quantile(scores, coverage)
    sets[np.arange(len(logits)), logits.argmax(axis=1)] = True
    if has_order:
        sets = np.logical_or.accumulate(sets, axis=1) & np.logical_or.accumulate(sets[:, ::-1], axis=1)[:, ::-1]
    return sets


def residual_scores(predicted: Numbers, labels: Numbers) -> Numbers:
    """Return how far the true number of each row lies from its prediction, in ascending order; shape (n,).

    Args:
        predicted: by a model that was not fitted to the rows, shape (n,).
        labels: the true numbers, shape (n,).
    """
    return np.sort(np.abs(predicted - labels))


def interval_reach(scores: Numbers, coverage: float) -> float:
    """Return how far intervals reach from the predicted number to both sides; infinite with too few scores.

    If the rows are exchangeable with those of the scores, the interval of a row has its true number with a probability
    of at least `coverage`. With fewer than `coverage / (1 - coverage)` scores that takes all numbers.

    Args:
        scores: what `residual_scores` returned, shape (m,).
        coverage: between 0 and 1.
    """
    return _quantile(scores, coverage)


def _quantile(scores: NDArray[np.float64], coverage: float) -> float:
    """Return the score that a new one exceeds with a probability of at most `1 - coverage`."""
    rank = math.ceil((len(scores) + 1) * coverage - 1e-9)
    return math.inf if rank > len(scores) else float(scores[max(rank, 1) - 1])
