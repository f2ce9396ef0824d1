"""Metrics of a classifier, and what they are computed from: logits, probabilities, counts. It needs NumPy only."""

from trials.metrics.classification import METRICS, Metric, accuracy, evaluate, log_loss, over_folds
from trials.metrics.outputs import Confusion, Labels, Outputs
from trials.metrics.probabilities import Logits, log_softmax, mean_log_probabilities

__all__ = [
    "METRICS",
    "Confusion",
    "Labels",
    "Logits",
    "Metric",
    "Outputs",
    "accuracy",
    "evaluate",
    "log_loss",
    "log_softmax",
    "mean_log_probabilities",
    "over_folds",
]
