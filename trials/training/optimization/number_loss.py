"""The loss of numbers: the squared error, or Huber's where some labels are taken for wrong."""

import math
from functools import lru_cache

import torch

from trials.tasks import Scale

_STEPS = 60
_SMALLEST_DELTA, _LARGEST_DELTA = 1e-3, 10.0


def number_losses(
    outputs: torch.Tensor, labels: torch.Tensor, scale: Scale, delta: torch.Tensor | float
) -> torch.Tensor:
    """Return the loss of each row, in the shape of `labels`: half the squared error, linear from `delta` on.

    Args:
        outputs: outputs on the scale of training, with one dimension of size 1 more than `labels`.
        labels: the true numbers, float64.
        scale: the scale of training.
        delta: distance from which on the loss is linear, on that scale, as `huber_delta` gives it.
    """
    targets = ((labels - scale.mean) / scale.deviation).to(outputs.dtype)
    distance = (outputs[..., 0] - targets).abs()
    squared = distance.clamp(max=delta)
    return squared * (distance - squared / 2)


@lru_cache
def huber_delta(share: float) -> float:
    """Return the error, in deviations, from which on the loss is linear, if `share` of the labels are wrong.

    Huber, "Robust Estimation of a Location Parameter", 1964: the loss with the smallest worst-case variance for normal
    errors of which a share is replaced by any others has 2 φ(k) / k - 2 Φ(-k) = share / (1 - share).

    Args:
        share: from 0, where the result is infinite, to 1.
    """
    if share <= 0.0:
        return math.inf
    low, high = _SMALLEST_DELTA, _LARGEST_DELTA
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if (1.0 - share) * _excess(middle) > share:
            low = middle
        else:
            high = middle
    return high


def _excess(delta: float) -> float:
    density = math.exp(-(delta**2) / 2) / math.sqrt(2 * math.pi)
    return 2 * density / delta - math.erfc(delta / math.sqrt(2))
