"""What a step of training optimizes, and how: losses, AdamW, schedules, and the average of the weights."""

from trials.training.optimization.loss import (
    FOCUS,
    RowLosses,
    balancing_weights,
    build_loss,
    build_row_losses,
)
from trials.training.optimization.number_loss import huber_delta, number_losses
from trials.training.optimization.optimizer import align_gradients, build_optimizer, heights_of, peak_rate
from trials.training.optimization.rank_loss import rank_losses
from trials.training.optimization.schedule import learning_rate_factor
from trials.training.optimization.weight_averaging import WeightAverage, share_of_average

__all__ = [
    "FOCUS",
    "RowLosses",
    "WeightAverage",
    "align_gradients",
    "balancing_weights",
    "build_loss",
    "build_optimizer",
    "build_row_losses",
    "heights_of",
    "huber_delta",
    "learning_rate_factor",
    "number_losses",
    "peak_rate",
    "rank_losses",
    "share_of_average",
]
