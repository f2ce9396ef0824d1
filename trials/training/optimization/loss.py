"""The loss of a batch, and its treatment of class imbalance."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from search_spaces import Training
from trials.data import SoftTargets
from trials.tasks import MULTI_LABEL, ORDINAL, REGRESSION, SINGLE_LABEL, LabelArray, LabelMatrix, Task, task_of
from trials.training.optimization.number_loss import huber_delta, number_losses
from trials.training.optimization.rank_loss import rank_losses, soft_rank_losses

FOCUS = 2.0
"""Exponent of the focal loss that its paper recommends."""

LARGEST_WEIGHT = 100.0
"""Limit of the weight of the rows that have a label, beside those that lack it."""

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Mean loss of logits (b, classes) and labels, (b,) or (b, classes)."""

RowLosses = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Losses (b,) of logits (b, classes) and labels, (b,) or (b, classes)."""


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


def presence_weights(labels: LabelMatrix) -> NDArray[np.float32]:
    """Return the weight of a row that has each label, beside 1 of a row that lacks it; shape (labels,).

    Under it, both kinds of rows have the same total weight, up to `LARGEST_WEIGHT`. A label without rows has weight 1.

    Args:
        labels: whether each row has each label, shape (n, labels).
    """
    counts = labels.sum(axis=0)
    weights = np.where(counts > 0, (len(labels) - counts) / np.maximum(counts, 1), 1.0)
    return np.clip(weights, 1 / LARGEST_WEIGHT, LARGEST_WEIGHT).astype(np.float32)


def balancing_weights(labels: LabelArray, classes: int) -> NDArray[np.float32]:
    """Return `class_weights`, or `presence_weights` where rows have several labels; shape (classes,).

    Numbers have no classes, so they get 1.

    Args:
        labels: labels of the training split.
        classes: number of classes.
    """
    task = task_of(labels)
    if task is REGRESSION:
        return np.ones(classes, dtype=np.float32)
    return presence_weights(labels) if task is MULTI_LABEL else class_weights(labels, classes)


def build_loss(
    training: Training, labels: LabelArray, classes: int, device: torch.device, targets: SoftTargets | None = None
) -> Loss:
    """Return the loss function that `training` asks for.

    The mean is over rows, whatever their weights, so that batches may be computed in parts.

    Args:
        training: label smoothing and class balance.
        labels: labels of the training split.
        classes: number of classes.
        device: device of the logits.
        targets: what is learned in the place of the labels; None: nothing.
    """
    smoothing = training.label_smoothing
    if training.balance in {"weights", "focal"} or task_of(labels) is not SINGLE_LABEL or targets is not None:
        row_losses = build_row_losses(training, labels, classes, device, targets)
        return lambda logits, rows: row_losses(logits, rows).mean()
    return lambda logits, rows: cross_entropy(logits, rows, label_smoothing=smoothing)


def build_row_losses(
    training: Training, labels: LabelArray, classes: int, device: torch.device, targets: SoftTargets | None = None
) -> RowLosses:
    """Return the function that gives the loss of each row; its mean is what `build_loss` gives.

    "focal" is after Lin et al., "Focal Loss for Dense Object Detection", 2017, eq. 4.

    Args:
        training: label smoothing and class balance.
        labels: labels of the training split.
        classes: number of classes.
        device: device of the logits.
        targets: what is learned in the place of the labels, without label smoothing and balance; None: nothing.
    """
    if targets is not None:
        return _of_soft_targets(targets.temperature, task_of(labels))
    return _ROW_LOSSES[task_of(labels).name](training, labels, classes, device)


def _of_one_label(training: Training, labels: LabelArray, classes: int, device: torch.device) -> RowLosses:
    """Return the cross-entropy of each row."""
    smoothing = training.label_smoothing
    if training.balance == "weights":
        weights = torch.from_numpy(class_weights(labels, classes)).to(device)
        return lambda logits, rows: _row_losses(logits, rows, smoothing) * weights[rows]
    if training.balance == "focal":
        return lambda logits, rows: _row_losses(logits, rows, smoothing) * _unknown(logits, rows) ** FOCUS
    return lambda logits, rows: _row_losses(logits, rows, smoothing)


def _of_ranks(training: Training, labels: LabelArray, classes: int, device: torch.device) -> RowLosses:
    """Return the loss of all cuts between ranks, where classes are balanced as classes without an order are."""
    smoothing = training.label_smoothing
    weights = torch.ones(classes, device=device)
    if training.balance == "weights":
        weights = torch.from_numpy(class_weights(labels, classes)).to(device)

    def losses(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        ranks = rows.long()
        each = rank_losses(logits, ranks, smoothing) * weights[ranks]
        return each * _unknown(logits, ranks) ** FOCUS if training.balance == "focal" else each

    return losses


def _of_numbers(training: Training, labels: LabelArray, classes: int, device: torch.device) -> RowLosses:
    """Return the squared error of each row, or with label smoothing Huber's loss; `balance` has no meaning."""
    scale, delta = REGRESSION.scale(labels), huber_delta(training.label_smoothing)
    return lambda outputs, rows: number_losses(outputs, rows, scale, delta)


def _of_several_labels(training: Training, labels: LabelArray, classes: int, device: torch.device) -> RowLosses:
    """Return the mean over the labels of the binary cross-entropy of each row."""
    smoothing = training.label_smoothing
    weights = None
    if training.balance == "weights":
        weights = torch.from_numpy(presence_weights(labels)).to(device)

    def losses(logits: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        present = rows.to(logits.dtype)
        smoothed = present * (1 - smoothing) + smoothing / 2
        each = binary_cross_entropy_with_logits(logits, smoothed, reduction="none", pos_weight=weights)
        if training.balance == "focal":
            shares = logits.sigmoid()
            each = each * (present - shares).abs() ** FOCUS
        return each.mean(dim=1)

    return losses


def _of_soft_targets(temperature: float, task: Task) -> RowLosses:
    """Return the cross-entropy with probabilities of another model, both at a temperature; of ranks that of cuts.

    The factor keeps the size of the gradients, as in section 2 of Hinton et al., 2015.
    """
    factor = temperature**2
    if task is ORDINAL:
        return lambda logits, rows: factor * soft_rank_losses(logits / temperature, rows.to(logits.dtype))
    if task is SINGLE_LABEL:
        return lambda logits, rows: (
            factor * cross_entropy(logits / temperature, rows.to(logits.dtype), reduction="none")
        )
    return lambda logits, rows: (
        factor
        * binary_cross_entropy_with_logits(logits / temperature, rows.to(logits.dtype), reduction="none").mean(dim=1)
    )


_ROW_LOSSES: dict[str, Callable[[Training, LabelArray, int, torch.device], RowLosses]] = {
    SINGLE_LABEL.name: _of_one_label,
    MULTI_LABEL.name: _of_several_labels,
    ORDINAL.name: _of_ranks,
    REGRESSION.name: _of_numbers,
}


def _row_losses(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    return cross_entropy(logits, labels, label_smoothing=smoothing, reduction="none")


def _unknown(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the probability that is not assigned to the true class, shape (b,)."""
    return 1.0 - logits.softmax(dim=1).gather(1, labels[:, None])[:, 0]
