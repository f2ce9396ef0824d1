"""The linear model of ordered classes, by the loss of all cuts between them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trials.metrics import log_softmax
from trials.tasks import cut_sides

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MOST_ITERATIONS = 100
"""Beyond them, the losses change in digits that no rank depends on."""


def fit_ranks(
    counts: "csr_matrix",
    ranks: NDArray[np.int64],
    classes: int,
    inverse_penalty: float,
    iterations: int,
    balanced: bool,
    shares: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights (classes, features) and biases (classes,) of the logits of ordered classes.

    The loss of a text is the sum over the cuts. Each class has weights of its own, as in a logistic regression; one
    score a text with thresholds (the adjacent-category model) has fewer, and was clearly worse.

    Args:
        counts: features, shape (n, features).
        ranks: ranks, shape (n,).
        classes: number of classes.
        inverse_penalty: weight of the losses of all texts beside half the sum of squared weights.
        iterations: most iterations.
        balanced: whether all classes together count equally.
        shares: what each text counts, shape (n,); None: one.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - takes a while, and not all need it

    row_weights = np.ones(len(ranks)) if shares is None else shares.astype(np.float64)
    row_weights *= inverse_penalty * (classes - 1) * (_balancing(ranks, classes) if balanced else 1.0)
    shape, size = (classes, counts.shape[1]), classes * counts.shape[1]

    def objective(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, biases = values[:size].reshape(shape), values[size:]
        losses, slopes = cut_losses(counts @ weights.T + biases, ranks)
        slopes *= row_weights[:, None]
        slope = np.concatenate([((counts.T @ slopes).T + weights).ravel(), slopes.sum(axis=0)])
        return float(losses @ row_weights + np.square(weights).sum() / 2), slope

    most = min(max(1, iterations), _MOST_ITERATIONS)
    found = minimize(objective, np.zeros(size + classes), jac=True, method="L-BFGS-B", options={"maxiter": most}).x
    return found[:size].reshape(shape).astype(np.float32), found[size:].astype(np.float32)


def cut_losses(
    logits: NDArray[np.float64], ranks: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the loss of each row, shape (n,), and its slope by the logits, shape (n, classes).

    The loss is `trials.training.optimization.rank_losses` without smoothing.

    Args:
        logits: class logits, shape (n, classes).
        ranks: the true ranks, shape (n,).
    """
    logs = log_softmax(logits)
    is_above, sides = cut_sides(logs, ranks)
    # The slope of the logarithm of a side is P(class | side) for classes on it, less P(class).
    inverse = np.exp(-np.maximum(sides, -_DEEPEST))
    on_side = np.zeros_like(logits)
    on_side[:, 1:] += np.cumsum(np.where(is_above, inverse, 0.0), axis=1)
    on_side[:, :-1] += np.cumsum(np.where(is_above, 0.0, inverse)[:, ::-1], axis=1)[:, ::-1]
    return -sides.mean(axis=1), np.exp(logs) * (1.0 - on_side / sides.shape[1])


_DEEPEST = 500.0
"""Limit of a negative log-probability in a slope, below that of float64."""


def _balancing(ranks: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    rows = np.bincount(ranks, minlength=classes)
    return (len(ranks) / (np.count_nonzero(rows) * np.maximum(rows, 1)))[ranks]
