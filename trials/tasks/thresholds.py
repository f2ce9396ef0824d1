"""The probability from which on a text gets a label, for each label.

A threshold that is tuned to a label by few rows is luck, so it is drawn towards one that all labels share, the more
the fewer rows have the label.
"""

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks.label_sets import LabelMatrix

COMMON_ROWS = 30
"""Rows with a label at which its own threshold counts as much as the common one."""

LARGEST = 6.0
"""Limit of the log-odds of a threshold, in both directions."""

DIGITS = 6
"""Decimal places of a threshold: each evaluation stores those of all labels, and MySQL takes 64 KiB at most."""


def fit_thresholds(logits: Logits, labels: LabelMatrix) -> tuple[float, ...]:
    """Return the threshold of each label, a probability.

    The common threshold has the best micro F1. A label's own one has the best F1 of that label. If the thresholds
    together have a lower micro F1 than the common one, that is used for all.

    Args:
        logits: log-odds of rows that the classifier was not fitted to, shape (n, labels).
        labels: whether each row has each label, same shape.
    """
    common = _best_cut(logits.ravel(), labels.ravel())
    own = np.array([_best_cut(*column, otherwise=common) for column in zip(logits.T, labels.T, strict=True)])
    rows = labels.sum(axis=0)
    mixed = (rows * own + COMMON_ROWS * common) / (rows + COMMON_ROWS)
    shared = np.full(len(mixed), common)
    best = mixed if _hits(logits, labels, mixed) >= _hits(logits, labels, shared) else shared
    return thresholds_at(best)


def thresholds_at(odds: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the thresholds with these log-odds, shape (labels,), at most `LARGEST`, as probabilities of few digits."""
    return tuple(np.round(1.0 / (1.0 + np.exp(-odds)), DIGITS).tolist())


def log_odds(thresholds: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the log-odds of thresholds, shape (labels,)."""
    shares = np.asarray(thresholds, dtype=np.float64)
    odds: NDArray[np.float64] = np.log(shares) - np.log1p(-shares)
    return odds


def _best_cut(scores: Logits, labels: LabelMatrix, otherwise: float = 0.0) -> float:
    """Return the score from which on choosing rows has the best F1; `otherwise` if no row has the label."""
    if not labels.any():
        return otherwise
    order = np.argsort(-scores, kind="stable")
    ranked, right = scores[order], np.cumsum(labels[order])
    ends = np.flatnonzero(np.append(ranked[:-1] != ranked[1:], True))
    f1 = 2 * right[ends] / (ends + 1 + right[-1])
    end = int(ends[int(np.argmax(f1))])
    below = ranked[end + 1] if end + 1 < len(ranked) else -LARGEST
    return float(np.clip((ranked[end] + below) / 2, -LARGEST, LARGEST))


def _hits(logits: Logits, labels: LabelMatrix, cuts: NDArray[np.float64]) -> float:
    """Return the micro F1 of choosing the labels whose log-odds reach `cuts`."""
    chosen = logits >= cuts
    return float(2 * (chosen & labels).sum() / max(1, int(chosen.sum() + labels.sum())))
