"""The classifier on top of features: logistic regression, or a network with one hidden layer."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, gelu

from trials.errors import Diverged
from trials.tasks import UNSCALED, Scale, task_of
from trials.training import number_losses, rank_losses

MOST_ITERATIONS = 300

SMALLEST_DEVIATION = 1e-6
"""Deviation below which a feature counts as constant and is not scaled."""


@dataclass(frozen=True)
class ProbeHead:
    """A head that normalizes features to mean 0 and deviation 1 over the training texts, and computes logits.

    `weights` are pairs of matrix and bias, shapes (out, in) and (out,): one pair, or two with a GELU between them.
    """

    mean: torch.Tensor
    deviation: torch.Tensor
    weights: tuple[torch.Tensor, ...]

    @property
    def parameters(self) -> int:
        """Number of learnt parameters."""
        return sum(tensor.numel() for tensor in self.weights)

    def logits(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits (n, classes) of features (n, width)."""
        return _logits((features - self.mean) / self.deviation, self.weights)

    def tempered(self, temperature: float) -> Self:
        """Return the head whose logits are those of this one, divided by `temperature`."""
        *lower, matrix, bias = self.weights
        return replace(self, weights=(*lower, matrix / temperature, bias / temperature))

    def rescaled(self, scale: Scale) -> Self:
        """Return the head whose outputs are those of this one on the scale of the labels."""
        *lower, matrix, bias = self.weights
        return replace(self, weights=(*lower, matrix * scale.deviation, bias * scale.deviation + scale.mean))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return all arrays of the head, by name."""
        tensors = {"mean": self.mean, "deviation": self.deviation}
        tensors |= {f"weight.{number}": tensor for number, tensor in enumerate(self.weights)}
        return {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.float32]]) -> "ProbeHead":
        """Rebuild the head from what `arrays` returned."""
        tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
        count = sum(name.startswith("weight.") for name in tensors)
        return cls(tensors["mean"], tensors["deviation"], tuple(tensors[f"weight.{number}"] for number in range(count)))


def fit_head(
    features: torch.Tensor,
    labels: torch.Tensor,
    *,
    classes: int,
    hidden: int,
    penalty: float,
    weights: torch.Tensor | None = None,
    seed: int = 0,
) -> tuple[ProbeHead, float]:
    """Fit a head by L-BFGS over all texts at once, with `hidden` units (0: none); return it and its mean loss.

    The objective is the mean cross-entropy, where each text has the weight of its class in `weights` (classes,), plus
    `penalty` times the sum of squared weights. With several labels a text, `labels` has shape (n, classes), and the
    binary cross-entropy of all labels is added up, where `weights` are those of texts that have a label; so without
    hidden units, each label has a regression of its own. Of ranks (int32) and numbers (float64) it is the loss of
    `trials.training.optimization`, so without hidden units numbers have a ridge regression. `seed` draws the initial
    weights of hidden units.

    Raises:
        Diverged: the features or the loss are not finite.
    """
    mean, deviation = features.mean(dim=0), features.std(dim=0, correction=0)
    deviation = torch.where(deviation < SMALLEST_DEVIATION, torch.ones_like(deviation), deviation)
    inputs = (features - mean) / deviation
    if not torch.isfinite(inputs).all():
        raise Diverged("the encoder's features are not finite")
    weights = (torch.ones(classes) if weights is None else weights).to(features.device)
    initial = _initial_weights(inputs.shape[1], hidden, classes, seed)
    scale = task_of(known := labels.cpu().numpy()).scale(known)
    learnt = tuple(tensor.to(features.device).requires_grad_() for tensor in initial)
    optimizer = torch.optim.LBFGS(learnt, max_iter=MOST_ITERATIONS, line_search_fn="strong_wolfe")

    def objective() -> torch.Tensor:
        optimizer.zero_grad()
        squares = sum((matrix.square().sum() for matrix in learnt[::2]), start=torch.zeros((), device=inputs.device))
        loss = _losses(_logits(inputs, learnt), labels, weights, scale).mean() + penalty * squares
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(objective)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        loss = _mean_loss(_logits(inputs, learnt), labels, scale)
    if not np.isfinite(loss):
        raise Diverged(f"the classifier's loss is no longer finite (penalty {penalty:g})")
    head = ProbeHead(mean, deviation, tuple(tensor.detach() for tensor in learnt))
    return (head if scale == UNSCALED else head.rescaled(scale)), loss


def _losses(logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor, scale: Scale) -> torch.Tensor:
    """Return the loss of each text, shape (n,)."""
    if labels.ndim == 2:
        each = binary_cross_entropy_with_logits(logits, labels.to(logits.dtype), pos_weight=weights, reduction="none")
        return each.sum(dim=1)
    if labels.is_floating_point():
        return number_losses(logits, labels, scale, math.inf)
    return _class_losses(logits, labels) * weights[labels.long()]


def _class_losses(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    if labels.dtype == torch.int32:
        return rank_losses(logits, labels.long(), 0.0)
    return cross_entropy(logits, labels, reduction="none")


def _mean_loss(logits: torch.Tensor, labels: torch.Tensor, scale: Scale) -> float:
    """Return the mean loss without weights: of the texts, or of all pairs of a text and a label."""
    if labels.ndim == 2:
        return binary_cross_entropy_with_logits(logits, labels.to(logits.dtype)).item()
    if labels.is_floating_point():
        return number_losses(logits, labels, scale, math.inf).mean().item()
    return _class_losses(logits, labels).mean().item()


def _initial_weights(width: int, hidden: int, classes: int, seed: int) -> tuple[torch.Tensor, ...]:
    if not hidden:
        return torch.zeros(classes, width), torch.zeros(classes)
    generator = torch.Generator().manual_seed(seed)
    first = torch.randn(hidden, width, generator=generator) / width**0.5
    second = torch.randn(classes, hidden, generator=generator) / hidden**0.5
    return first, torch.zeros(hidden), second, torch.zeros(classes)


def _logits(inputs: torch.Tensor, weights: tuple[torch.Tensor, ...]) -> torch.Tensor:
    outputs = inputs @ weights[0].T + weights[1]
    return outputs if len(weights) == 2 else gelu(outputs) @ weights[2].T + weights[3]
