"""Thresholds of labels, of which a text may have several, that a metric rewards or that costs ask for."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from automl.selection import compare
from trials.metrics import Logits
from trials.tasks import MULTI_LABEL, LabelMatrix

METRICS_OF_SETS = ("micro_f1", "macro_f1", "subset_accuracy")
"""The metrics that depend on the chosen labels alone, which thresholds can improve."""

CANDIDATES = 60
"""Thresholds that are tried for a label in one round: quantiles of its log-odds."""

ROUNDS = 5

FOLDS = 5

LEAST_GAIN = 1e-9


def best_cuts(metric: str, logits: Logits, labels: LabelMatrix, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds from which on a text gets each label, shape (labels,), so that they maximize a metric.

    Labels take turns, each with the best of the thresholds at which some rows change, until a round brings nothing
    (coordinate ascent). The result is kept only if thresholds that are found on four fifths of the rows improve the
    metric on the others by more than its standard error, so that a few odd rows do not decide; otherwise it is `start`.

    Args:
        metric: one of `METRICS_OF_SETS`.
        logits: log-odds of rows that the model was not fitted to, shape (n, labels).
        labels: whether each row has each label, same shape.
        start: log-odds of the thresholds of the model, shape (labels,).
    """
    found = _ascended(metric, logits, labels, start)
    if np.array_equal(found, start):
        return start
    parts = np.random.default_rng(0).permutation(len(labels)) % FOLDS
    shifted = logits - start
    for part in range(FOLDS):
        held_out = parts == part
        shifted[held_out] = logits[held_out] - _ascended(metric, logits[~held_out], labels[~held_out], start)
    compared = compare(metric, shifted, logits - start, labels)
    return found if compared.gain > max(compared.error, LEAST_GAIN) else start


def cheapest_cuts(costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds from which on giving a label costs less than not giving it, shape (labels,).

    Args:
        costs: cost of a missed label, and of one that is given wrongly, both positive; shape (labels, 2).
    """
    cuts: NDArray[np.float64] = np.log(costs[:, 1]) - np.log(costs[:, 0])
    return cuts


def costs_of_rows(chosen: LabelMatrix, labels: LabelMatrix, costs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cost of each row, shape (n,): the sum over its labels.

    Args:
        chosen: whether each label is given to each row, shape (n, labels).
        labels: whether each row has each label, same shape.
        costs: as in `cheapest_cuts`.
    """
    paid: NDArray[np.float64] = (labels & ~chosen) @ costs[:, 0] + (chosen & ~labels) @ costs[:, 1]
    return paid


def _ascended(metric: str, logits: Logits, labels: LabelMatrix, start: NDArray[np.float64]) -> NDArray[np.float64]:
    gain = _GAINS[metric]
    chosen, cuts = logits >= start, start.copy()
    for _ in range(ROUNDS):
        before = MULTI_LABEL.score(metric, logits - cuts, labels)
        for label, column in enumerate(logits.T):
            places = np.unique(np.quantile(column, (np.arange(CANDIDATES) + 0.5) / CANDIDATES))
            tried = np.concatenate([[cuts[label]], (places[1:] + places[:-1]) / 2])
            scores = gain(chosen, labels, label, column[:, None] >= tried)
            best = int(scores.argmax())
            if scores[best] > scores[0] + LEAST_GAIN:
                cuts[label] = tried[best]
                chosen[:, label] = column >= tried[best]
        if MULTI_LABEL.score(metric, logits - cuts, labels) <= before + LEAST_GAIN:
            break
    return cuts


def _micro_f1(chosen: LabelMatrix, labels: LabelMatrix, label: int, tried: LabelMatrix) -> NDArray[np.float64]:
    """Return the metric for each way to choose one label, shape (ways,).

    Args:
        chosen: the labels that are chosen now, shape (n, labels).
        labels: the true ones, same shape.
        label: the label that changes.
        tried: ways to choose it, shape (n, ways).
    """
    others = np.arange(labels.shape[1]) != label
    right = (chosen & labels)[:, others].sum() + (tried & labels[:, label, None]).sum(axis=0)
    both = chosen[:, others].sum() + tried.sum(axis=0) + labels.sum()
    found: NDArray[np.float64] = 2.0 * right / np.maximum(both, 1)
    return found


def _own_f1(_: LabelMatrix, labels: LabelMatrix, label: int, tried: LabelMatrix) -> NDArray[np.float64]:
    """Return F1 of the label, on which alone macro F1 depends; see `_micro_f1`."""
    own = labels[:, label, None]
    found: NDArray[np.float64] = 2.0 * (tried & own).sum(axis=0) / np.maximum(tried.sum(axis=0) + own.sum(), 1)
    return found


def _all_right(chosen: LabelMatrix, labels: LabelMatrix, label: int, tried: LabelMatrix) -> NDArray[np.float64]:
    """Return the share of rows whose labels are all right; see `_micro_f1`."""
    others = np.arange(labels.shape[1]) != label
    right = (chosen == labels)[:, others].all(axis=1)
    found: NDArray[np.float64] = (right[:, None] & (tried == labels[:, label, None])).mean(axis=0)
    return found


_Gain = Callable[[LabelMatrix, LabelMatrix, int, LabelMatrix], NDArray[np.float64]]

_GAINS: dict[str, _Gain] = {"micro_f1": _micro_f1, "macro_f1": _own_f1, "subset_accuracy": _all_right}
