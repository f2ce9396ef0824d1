"""The losses of batches, by task, and their treatment of class imbalance and of labels that may be wrong."""

from trials.training.losses.loss import (
    FOCUS,
    RowLosses,
    balancing_weights,
    build_loss,
    build_row_losses,
    class_weights,
    presence_weights,
)
from trials.training.losses.number_loss import huber_delta, number_losses
from trials.training.losses.rank_loss import rank_losses

__all__ = [
    "FOCUS",
    "RowLosses",
    "balancing_weights",
    "build_loss",
    "build_row_losses",
    "class_weights",
    "huber_delta",
    "number_losses",
    "presence_weights",
    "rank_losses",
]
