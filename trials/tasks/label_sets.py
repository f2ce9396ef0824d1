"""What several labels a text are scored by: outputs, counts of each label, and metrics.

The metrics agree with scikit-learn, which the tests check. All are finite for finite outputs.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits, Metric

LabelMatrix: TypeAlias = NDArray[np.bool_]
"""Whether each row has each label, shape (n, labels)."""


def given_labels(outputs: Logits) -> LabelMatrix:
    """Return whether each label is given to each row, shape (n, labels), by `outputs` as in `LabelSetOutputs`."""
    given: LabelMatrix = (outputs if outputs.ndim == 2 else outputs[..., 1]) >= 0.0
    return given


class LabelSetOutputs:
    """The outputs of a classifier for some rows, with their labels.

    Args:
        outputs: log-odds, shape (n, labels), of which a label is chosen from 0 on; or, in shape (n, labels, 2), the
            log-odds and how far they lie above the threshold of the label.
        labels: whether each row has each label, shape (n, labels).
    """

    def __init__(self, outputs: Logits, labels: LabelMatrix) -> None:
        self.logits = outputs if outputs.ndim == 2 else outputs[..., 0]
        self.chosen = given_labels(outputs)
        self.labels = labels

    @cached_property
    def counts(self) -> "LabelCounts":
        """Counts of rows of each label."""
        true, predicted = self.labels.sum(axis=0), self.chosen.sum(axis=0)
        return LabelCounts(len(self.labels), true, predicted, (self.labels & self.chosen).sum(axis=0))


@dataclass(frozen=True)
class LabelCounts:
    """Rows by label, where a row may have several labels or none.

    Attributes:
        rows: number of all rows.
        true: rows that have each label, shape (labels,).
        predicted: rows to which each label is given, shape (labels,).
        right: rows of both kinds, shape (labels,).
    """

    rows: int
    true: NDArray[np.int64]
    predicted: NDArray[np.int64]
    right: NDArray[np.int64]

    @property
    def classes(self) -> int:
        """Number of labels."""
        return len(self.true)

    @property
    def f1(self) -> NDArray[np.float64]:
        """F1 of each label, shape (labels,); NaN for a label that occurs nowhere."""
        either = (self.true + self.predicted).astype(np.float64)
        f1 = np.full(self.classes, np.nan)
        np.divide(2.0 * self.right, either, out=f1, where=either > 0)
        return f1


def micro_f1(outputs: LabelSetOutputs) -> float:
    """F1 over all pairs of a row and a label together; 0 if there is none."""
    counts = outputs.counts
    either = int(counts.true.sum() + counts.predicted.sum())
    return float(2 * counts.right.sum() / either) if either else 0.0


def macro_f1(outputs: LabelSetOutputs) -> float:
    """Mean F1 over the labels that occur among true or predicted ones; 0 if none does."""
    f1 = outputs.counts.f1
    return float(np.nanmean(f1)) if not np.isnan(f1).all() else 0.0


def subset_accuracy(outputs: LabelSetOutputs) -> float:
    """Share of rows all of whose labels are right."""
    return float(np.mean((outputs.chosen == outputs.labels).all(axis=1)))


def mean_average_precision(outputs: LabelSetOutputs) -> float:
    """Mean over the labels that occur of the average precision of the rows ranked by that label; 0 if none occurs.

    Rows of equal log-odds count as one step (Zhu, "Recall, precision and average precision", 2004).
    """
    occurs = np.flatnonzero(outputs.labels.any(axis=0))
    found = [_average_precision(outputs.logits[:, label], outputs.labels[:, label]) for label in occurs]
    return float(np.mean(found)) if found else 0.0


def label_ranking_average_precision(outputs: LabelSetOutputs) -> float:
    """Mean over rows, and over the labels of each, of the share of right labels among those that rank no lower.

    A row without labels, or with all of them, counts as 1 (Tsoumakas, Katakis and Vlahavas, "Mining multi-label data",
    2010).
    """
    scores, labels = outputs.logits, outputs.labels
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked, true = np.take_along_axis(scores, order, axis=1), np.take_along_axis(labels, order, axis=1)
    width = scores.shape[1]
    is_last = np.ones(ranked.shape, dtype=bool)
    is_last[:, :-1] = ranked[:, :-1] != ranked[:, 1:]
    ends = np.where(is_last, np.arange(width), width)
    ends = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]  # the last place of an equal score
    right = np.take_along_axis(np.cumsum(true, axis=1), ends, axis=1)
    shares = np.where(true, right / (ends + 1), 0.0).sum(axis=1)
    counts = labels.sum(axis=1)
    trivial = (counts == 0) | (counts == width)
    return float(np.mean(np.where(trivial, 1.0, shares / np.maximum(counts, 1))))


def log_loss(outputs: LabelSetOutputs) -> float:
    """Mean negative log-probability of what is true, over all pairs of a row and a label, in nats."""
    return float(-np.mean(log_likelihoods(outputs.logits, outputs.labels)))


def log_likelihoods(logits: Logits, labels: LabelMatrix) -> Logits:
    """Return the logarithm of the probability that each label is as it is, shape (n, labels).

    Args:
        logits: log-odds, shape (n, labels).
        labels: whether each row has each label, same shape.
    """
    found: Logits = -np.logaddexp(0.0, np.where(labels, -logits, logits))
    return found


def _average_precision(scores: Logits, labels: LabelMatrix) -> float:
    order = np.argsort(-scores, kind="stable")
    ranked, right = scores[order], np.cumsum(labels[order])
    ends = np.flatnonzero(np.append(ranked[:-1] != ranked[1:], True))
    precision, found = right[ends] / (ends + 1), np.diff(right[ends], prepend=0)
    return float((precision * found).sum() / right[-1])


LABEL_SET_METRICS: dict[str, Metric] = {
    "micro_f1": Metric("micro_f1", True, micro_f1),
    "macro_f1": Metric("macro_f1", True, macro_f1),
    "subset_accuracy": Metric("subset_accuracy", True, subset_accuracy),
    "map": Metric("map", True, mean_average_precision),
    "lrap": Metric("lrap", True, label_ranking_average_precision),
    "log_loss": Metric("log_loss", False, log_loss),
}
