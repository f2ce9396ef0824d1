"""The loss of a batch, and what it does about classes of unlike size."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from search_spaces import Training

FOCUS = 2.0
"""The exponent that the paper on focal loss recommends."""

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Mean loss of logits (b, classes) and labels (b,)."""


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """How much a row of each class counts, for each class to count the same in all; 1 on average. Shape (classes,).

    A class that does not occur has 1.
    """
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1)), 1.0).astype(
        np.float32
    )


def build_loss(training: Training, labels: NDArray[np.int64], classes: int, device: torch.device) -> Loss:
    """The loss that `training` asks for, over a training split with these `labels`.

    The mean is over rows, whatever they count, so that batches may be computed in parts. "focal" is after Lin et al.,
    "Focal Loss for Dense Object Detection", 2017, eq. 4.
    """
    smoothing = training.label_smoothing
    if training.balance == "weights":
        weights = torch.from_numpy(class_weights(labels, classes)).to(device)
        return lambda logits, rows: (_each(logits, rows, smoothing) * weights[rows]).mean()
    if training.balance == "focal":
        return lambda logits, rows: (_each(logits, rows, smoothing) * _unknown(logits, rows) ** FOCUS).mean()
    return lambda logits, rows: cross_entropy(logits, rows, label_smoothing=smoothing)


def _each(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    return cross_entropy(logits, labels, label_smoothing=smoothing, reduction="none")


def _unknown(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The probability that is not on the true class."""
    return 1.0 - logits.softmax(dim=1).gather(1, labels[:, None])[:, 0]
