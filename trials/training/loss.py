"""The loss of a batch, and its treatment of class imbalance."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from search_spaces import Training

FOCUS = 2.0
"""Exponent of the focal loss that its paper recommends."""

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Mean loss of logits (b, classes) and labels (b,)."""

RowLosses = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Losses (b,) of logits (b, classes) and labels (b,)."""


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """Return the weight of a row of each class, under which all classes have the same total weight; shape (classes,).

    The mean weight of the rows is 1. A class without rows has weight 1.

    Args:
        labels: class ids, shape (n,).
        classes: number of classes.
    """
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1)), 1.0).astype(
        np.float32
    )


def build_loss(training: Training, labels: NDArray[np.int64], classes: int, device: torch.device) -> Loss:
    """Return the loss function that `training` asks for.

    The mean is over rows, whatever their weights, so that batches may be computed in parts.

    Args:
        training: label smoothing and class balance.
        labels: class ids of the training split, shape (n,).
        classes: number of classes.
        device: device of the logits.
    """
    smoothing = training.label_smoothing
    if training.balance in {"weights", "focal"}:
        row_losses = build_row_losses(training, labels, classes, device)
        return lambda logits, rows: row_losses(logits, rows).mean()
    return lambda logits, rows: cross_entropy(logits, rows, label_smoothing=smoothing)


def build_row_losses(training: Training, labels: NDArray[np.int64], classes: int, device: torch.device) -> RowLosses:
    """Return the function that gives the loss of each row; its mean is what `build_loss` gives.

    "focal" is after Lin et al., "Focal Loss for Dense Object Detection", 2017, eq. 4.

    Args:
        training: label smoothing and class balance.
        labels: class ids of the training split, shape (n,).
        classes: number of classes.
        device: device of the logits.
    """
    smoothing = training.label_smoothing
    if training.balance == "weights":
        weights = torch.from_numpy(class_weights(labels, classes)).to(device)
        return lambda logits, rows: _row_losses(logits, rows, smoothing) * weights[rows]
    if training.balance == "focal":
        return lambda logits, rows: _row_losses(logits, rows, smoothing) * _unknown(logits, rows) ** FOCUS
    return lambda logits, rows: _row_losses(logits, rows, smoothing)


def _row_losses(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    return cross_entropy(logits, labels, label_smoothing=smoothing, reduction="none")


def _unknown(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the probability that is not assigned to the true class, shape (b,)."""
    return 1.0 - logits.softmax(dim=1).gather(1, labels[:, None])[:, 0]
