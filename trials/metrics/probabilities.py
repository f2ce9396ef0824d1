"""Log-probabilities of classes, from logits (n, classes)."""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Logits: TypeAlias = NDArray[np.float64]


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
