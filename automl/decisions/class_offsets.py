"""Offsets of classes, with which the most probable class becomes the one that a metric rewards."""

import numpy as np
from numpy.typing import NDArray

from automl.selection import compare
from trials.metrics import Labels, Logits
from trials.tasks import KNOWN_METRICS, LabelArray, task_of

METRICS_OF_LABELS = ("macro_f1", "mcc", "balanced_accuracy", "worst_f1", "accuracy")
"""The metrics that depend on the chosen labels alone, which offsets can improve."""

METRICS_OF_RANKS = ("qwk", "mae", "macro_f1", "accuracy")
"""The same of classes that have an order."""

CANDIDATES = 40
"""Offsets that are tried for a class in one round: quantiles of those at which rows change their label."""

ROUNDS = 5

FOLDS = 5

LEAST_GAIN = 1e-9


def best_offsets(metric: str, logits: Logits, labels: LabelArray) -> NDArray[np.float64]:
    """Return an offset for each class, shape (classes,), under which `logits + offsets` are best by a metric.

    Classes take turns, each with the best of the offsets at which some rows change their label, until a round brings
    nothing (coordinate ascent). The offsets are kept only if offsets that are found on four fifths of the rows improve
    the metric on the others by more than its standard error, so that a few odd rows do not decide; otherwise all are 0.

    Args:
        metric: one of `METRICS_OF_LABELS`; of ranks one of `METRICS_OF_RANKS`.
        logits: logits of rows that the model was not fitted to, shape (n, classes).
        labels: class ids or ranks, shape (n,).
    """
    found = _ascended(metric, logits, labels)
    if not found.any():
        return found
    parts = np.random.default_rng(0).permutation(len(labels)) % FOLDS
    shifted = logits.copy()
    for part in range(FOLDS):
        held_out = parts == part
        shifted[held_out] += _ascended(metric, logits[~held_out], labels[~held_out])
    classes = logits.shape[1]
    chosen = [one_hot(each.argmax(axis=1), classes) for each in (shifted, logits)]
    compared = compare(metric, chosen[0], chosen[1], labels)
    return found if compared.gain > max(compared.error, LEAST_GAIN) else np.zeros_like(found)


def _label_score(metric: str, logits: Logits, labels: LabelArray) -> float:
    """Return a metric, of which more is better: negated, if less is."""
    score = task_of(labels).score(metric, logits, labels)
    return score if KNOWN_METRICS[metric].maximize else -score


def one_hot(classes: Labels, count: int) -> Logits:
    """Return logits whose largest one is that of the given class, shape (n, count).

    Args:
        classes: class ids, shape (n,).
        count: number of classes.
    """
    logits: Logits = np.eye(count)[classes]
    return logits


def _ascended(metric: str, logits: Logits, labels: LabelArray) -> NDArray[np.float64]:
    classes = logits.shape[1]
    offsets = np.zeros(classes)
    best = _label_score(metric, logits, labels)
    for _ in range(ROUNDS):
        before = best
        for label in range(classes):
            best, offsets[label] = _best_of_class(metric, logits + offsets, labels, label, best, offsets[label])
        if best <= before + LEAST_GAIN:
            break
    centred: NDArray[np.float64] = offsets - offsets.mean()
    return centred


def _best_of_class(
    metric: str, logits: Logits, labels: LabelArray, label: int, best: float, offset: float
) -> tuple[float, float]:
    """Return the best score and offset of one class, where `logits` contain the offsets of all classes."""
    others = logits.copy()
    others[:, label] = -np.inf
    second = others.argmax(axis=1)
    gaps = others[np.arange(len(labels)), second] - logits[:, label]
    shifts = np.unique(np.quantile(gaps, (np.arange(CANDIDATES) + 0.5) / CANDIDATES))
    start = offset
    for shift in shifts:
        predicted = np.where(gaps < shift, label, second)
        score = _label_score(metric, one_hot(predicted, logits.shape[1]), labels)
        if score > best + LEAST_GAIN:
            best, offset = score, start + float(shift)
    return best, offset
