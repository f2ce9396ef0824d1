"""What predicted ranks are scored by: classes that have an order, of which near ones are confused more cheaply.

The metrics agree with scikit-learn, which the tests check. All are finite for finite outputs.
"""

import numpy as np
from numpy.typing import NDArray

from trials.metrics import METRICS, Confusion, Logits, Metric, Outputs, log_softmax

MOST_RANKS = 100
"""Maximum number of ordered classes. More are a quantity."""


class RankConfusion(Confusion):
    """Counts of rows by true and predicted class, where classes have an order."""


def quadratic_weighted_kappa(outputs: Outputs) -> float:
    """Agreement of ranks beyond chance, where an error weighs the square of its distance; from -1 to 1, 1 is perfect.

    Cohen, "Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial credit", 1968. If
    all true and predicted ranks are equal it is 1, if predictions agree by chance only it is 0.
    """
    true, predicted = outputs.labels.astype(np.float64), outputs.predicted.astype(np.float64)
    observed = float(np.square(true - predicted).mean())
    by_chance = float(true.var() + predicted.var() + (true.mean() - predicted.mean()) ** 2)
    return 1.0 if by_chance == 0.0 else 1.0 - observed / by_chance


def rank_mae(outputs: Outputs) -> float:
    """Mean distance of predicted and true rank, in ranks."""
    return float(np.abs(outputs.predicted - outputs.labels).mean())


def ranked_log_loss(outputs: Outputs) -> float:
    """Mean over rows and cuts of the negative log-probability that the rank lies on its side of the cut, in nats."""
    return float(-cut_log_likelihoods(outputs.logits, outputs.labels).mean())


def cut_log_likelihoods(logits: Logits, labels: NDArray[np.int64]) -> Logits:
    """Return the log-probability that each true rank lies on its side of each cut, shape (n, classes - 1).

    Args:
        logits: class logits, shape (n, classes).
        labels: ranks, shape (n,).
    """
    return np.minimum(cut_sides(log_softmax(logits), labels)[1], 0.0)


def cut_sides(shares: Logits, labels: NDArray[np.int64]) -> tuple[NDArray[np.bool_], Logits]:
    """Return whether each true rank lies above each cut, and the logarithm of the probability of its side.

    Cut k lies between ranks k and k + 1. The probability of a side is the sum of those of its classes.

    Args:
        shares: logarithms of the probabilities of classes, shape (n, classes).
        labels: ranks, shape (n,).

    Returns:
        Both of shape (n, classes - 1).
    """
    below = np.logaddexp.accumulate(shares, axis=1)[:, :-1]
    above = np.logaddexp.accumulate(shares[:, ::-1], axis=1)[:, ::-1][:, 1:]
    is_above = labels[:, None] > np.arange(shares.shape[1] - 1)
    return is_above, np.where(is_above, above, below)


RANK_METRICS: dict[str, Metric] = {
    "qwk": Metric("qwk", True, quadratic_weighted_kappa),
    "mae": Metric("mae", False, rank_mae),
    "accuracy": METRICS["accuracy"],
    "macro_f1": METRICS["macro_f1"],
    "log_loss": METRICS["log_loss"],
    "ranked_log_loss": Metric("ranked_log_loss", False, ranked_log_loss),
}
