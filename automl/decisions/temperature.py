"""One number that makes the probabilities of a model as sure as it is right."""

import numpy as np

from trials.metrics import Labels, Logits, Outputs, log_loss

LOWEST, HIGHEST = 0.05, 20.0

STEPS = 60


def best_temperature(logits: Logits, labels: Labels) -> float:
    """Return the number by which logits are divided so that the log loss is smallest (Guo et al., 2017, section 4.2).

    It is found by golden-section search in the logarithm; the loss has one minimum there.

    Args:
        logits: logits of rows that the model was not fitted to, shape (n, classes).
        labels: class ids, shape (n,).
    """

    def loss(logarithm: float) -> float:
        return log_loss(Outputs(logits / np.exp(logarithm), labels))

    low, high = float(np.log(LOWEST)), float(np.log(HIGHEST))
    share = (np.sqrt(5.0) - 1.0) / 2.0
    left, right = high - share * (high - low), low + share * (high - low)
    loss_left, loss_right = loss(left), loss(right)
    for _ in range(STEPS):
        if loss_left <= loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - share * (high - low)
            loss_left = loss(left)
        else:
            low, left, loss_left = left, right, loss_right
            right = low + share * (high - low)
            loss_right = loss(right)
    return float(np.exp((low + high) / 2))
