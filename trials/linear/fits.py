"""Weights and biases of a linear classifier, one fit for each task."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.data import SoftTargets
from trials.linear.rank_fit import fit_ranks
from trials.tasks import MULTI_LABEL, ORDINAL, REGRESSION, SINGLE_LABEL, LabelArray, task_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

FEWEST_ITERATIONS = 20
"""With fewer iterations than these, the weights of a class are the mean features of its texts."""

CURVATURE = 4.0
"""A logistic regression bends a quarter as much as a squared error at most, so its penalty is this times weaker."""

LEAST_SHARE = 0.002
"""Probability below which an answer of another model is not learned, so that many classes do not multiply the work.

The largest answer of each text is learned in any case.
"""

NEVER = float(np.log(np.finfo(np.float32).tiny))
"""Logit of a class that the training split lacks: the logarithm of the smallest normal fp32 probability."""

Weights: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weights (classes, features) and biases (classes,)."""


@dataclass(frozen=True)
class FitSettings:
    """How a linear model is fitted.

    Attributes:
        inverse_penalty: the weight of the losses of all texts beside half the sum of squared weights.
        balanced: whether all classes together count equally.
        iterations: most iterations.
    """

    inverse_penalty: float
    balanced: bool
    iterations: int

    def regression(self) -> "LogisticRegression":
        """Return a logistic regression with these settings, which is not fitted."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - takes a second, and not all need it

        weight = "balanced" if self.balanced else None
        return LogisticRegression(C=self.inverse_penalty, max_iter=max(1, self.iterations), class_weight=weight)


def fit_weights(settings: FitSettings, counts: "csr_matrix", labels: LabelArray, classes: int) -> Weights:
    """Return weights and biases of a linear model.

    Args:
        settings: how it is fitted.
        counts: features, shape (n, features).
        labels: labels of the rows.
        classes: number of classes.
    """
    return _FITS[task_of(labels).name](settings, counts, labels, classes)


def fit_targets(settings: FitSettings, counts: "csr_matrix", targets: SoftTargets, labels: LabelArray) -> Weights:
    """Return weights and biases that fit soft targets: each text counts once for each answer, by its probability.

    Args:
        settings: how it is fitted.
        counts: features, shape (n, features).
        targets: the targets of the rows.
        labels: their labels, which say what the targets are of.
    """
    probabilities, classes = targets.probabilities, targets.probabilities.shape[1]
    if task_of(labels) is MULTI_LABEL:
        rows = np.tile(np.arange(len(probabilities)), 2)
        present = np.arange(len(rows)) < len(probabilities)
        shares = np.concatenate([probabilities, 1 - probabilities])
        repeated = np.repeat(present[:, None], classes, axis=1)
        weights, biases = _several_labels(settings, counts[rows], repeated, classes, shares)
    else:
        largest = probabilities.max(axis=1, keepdims=True)
        rows, answers = np.nonzero(probabilities >= np.minimum(largest, LEAST_SHARE))
        fit = _ranks if task_of(labels) is ORDINAL else _one_label
        weights, biases = fit(settings, counts[rows], answers, classes, probabilities[rows, answers])
    return weights * targets.temperature, biases * targets.temperature


def _one_label(
    settings: FitSettings,
    counts: "csr_matrix",
    labels: LabelArray,
    classes: int,
    shares: NDArray[np.float32] | None = None,
) -> Weights:
    """Return weights and biases of the logits of a softmax; with very many classes, of the means of their texts."""
    if settings.iterations < FEWEST_ITERATIONS:
        return _means(counts, labels, classes, shares)
    regression = settings.regression()
    regression.fit(counts, labels, sample_weight=shares)
    weights = np.zeros((classes, counts.shape[1]), dtype=np.float32)
    biases = np.full(classes, NEVER, dtype=np.float32)
    if len(regression.classes_) == 2:  # scikit-learn keeps the second of two alone
        first, second = regression.classes_
        weights[second], biases[first], biases[second] = regression.coef_[0], 0.0, regression.intercept_[0]
    else:
        weights[regression.classes_], biases[regression.classes_] = regression.coef_, regression.intercept_
    return weights, biases


def _several_labels(
    settings: FitSettings,
    counts: "csr_matrix",
    labels: LabelArray,
    classes: int,
    shares: NDArray[np.float32] | None = None,
) -> Weights:
    """Return weights and biases of the log-odds of each label, which has a regression of its own."""
    regression = settings.regression()
    regression.max_iter = max(regression.max_iter, FEWEST_ITERATIONS)
    weights = np.zeros((classes, counts.shape[1]), dtype=np.float32)
    biases = np.where(labels.all(axis=0), -NEVER, NEVER).astype(np.float32)
    for label in np.flatnonzero(labels.any(axis=0) & ~labels.all(axis=0)):
        regression.fit(counts, labels[:, label], sample_weight=None if shares is None else shares[:, label])
        weights[label], biases[label] = regression.coef_[0], regression.intercept_[0]
    return weights, biases


def _ranks(
    settings: FitSettings,
    counts: "csr_matrix",
    labels: LabelArray,
    classes: int,
    shares: NDArray[np.float32] | None = None,
) -> Weights:
    """Return weights and biases of the logits of ordered classes."""
    ranks = labels.astype(np.int64)
    return fit_ranks(counts, ranks, classes, settings.inverse_penalty, settings.iterations, settings.balanced, shares)


def _numbers(settings: FitSettings, counts: "csr_matrix", labels: LabelArray, classes: int) -> Weights:
    """Return weights and bias of a ridge regression, on the scale of the labels."""
    from sklearn.linear_model import Ridge  # noqa: PLC0415

    scale = REGRESSION.scale(labels)
    ridge = Ridge(alpha=CURVATURE / settings.inverse_penalty, solver="sparse_cg", max_iter=settings.iterations)
    ridge.fit(counts, ((labels - scale.mean) / scale.deviation).astype(np.float32))
    weights = np.asarray(ridge.coef_, dtype=np.float64)[None] * scale.deviation
    bias = np.array([float(ridge.intercept_) * scale.deviation + scale.mean])
    return weights.astype(np.float32), bias


_FITS: dict[str, Callable[[FitSettings, "csr_matrix", LabelArray, int], Weights]] = {
    SINGLE_LABEL.name: _one_label,
    MULTI_LABEL.name: _several_labels,
    ORDINAL.name: _ranks,
    REGRESSION.name: _numbers,
}


def _means(
    counts: "csr_matrix", labels: NDArray[np.int64], classes: int, shares: NDArray[np.float32] | None
) -> Weights:
    """Return weights that are the mean features of each class, divided by their length; and biases of 0.

    Args:
        counts: features, shape (n, features).
        labels: class of each row, shape (n,).
        classes: number of classes.
        shares: what each row counts, shape (n,); None: one.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    rows = np.arange(len(labels))
    values = np.ones(len(labels), dtype=np.float32) if shares is None else shares
    sums = (csr_matrix((values, (labels, rows)), (classes, len(labels))) @ counts).toarray()
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    biases = np.where(lengths[:, 0] > 0, 0.0, NEVER).astype(np.float32)
    return sums / np.maximum(lengths, np.finfo(np.float32).tiny), biases
