"""The average of a model's recent weights, which a trial evaluates and saves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn

from trials.distributed import is_sharded, local, shard_of

POWER = 6.0
"""Exponent of the power profile: the last sixth of the training so far has two thirds of the total weight."""

GROWTH = 1.02
"""The average is updated each time the number of examples has grown by 2%, which costs almost nothing."""


def share_of_average(before: int, now: int) -> float:
    """Return the share by which an average follows the weights; 0 if its last update was too recent.

    Args:
        before: examples at the last update; 0 if there was none.
        now: examples so far, at least 1.
    """
    return 0.0 if now < GROWTH * before else 1.0 - (before / now) ** POWER


class WeightAverage:
    """An average over the weights of a model at all times t so far, weighted by `t ** (POWER - 1)`.

    While the learning rate is high, the weights fluctuate around the point that they approach; their average is closer
    to it. So an unfinished trial shows its potential. Unlike an exponential average, one whose window grows with time
    fits any budget: the power function profile of Karras et al., "Analyzing and Improving the Training Dynamics of
    Diffusion Models", 2024.
    """

    def __init__(self, model: nn.Module) -> None:
        """Start with the current weights of `model` as the average."""
        self._model = model
        self._weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self._averages = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._examples = 0

    def follow(self, examples: int) -> None:
        """Update the average after `examples` examples, unless the last update was too recent."""
        share = share_of_average(self._examples, examples)
        if share == 0:
            return
        with torch.no_grad():
            torch._foreach_lerp_(local(self._averages.values()), local(self._weights.values()), share)
        self._examples = examples

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Give the model its averaged weights within the block, without a copy."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return all that `resume` needs, by name."""
        return {**self._averages, "examples": torch.tensor(self._examples)}

    def resume(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Continue from what `tensors` returned."""
        for name, average in self._averages.items():
            average.copy_(shard_of(tensors[name], average))
        self._examples = int(tensors["examples"])

    def _exchange(self) -> None:
        if not is_sharded(self._model):
            for name, weight in self._weights.items():
                weight.data, self._averages[name] = self._averages[name], weight.data
            return
        with torch.no_grad():  # torch keeps the memory of each shard, so values are copied
            for current, average in zip(local(self._weights.values()), local(self._averages.values()), strict=True):
                previous = current.clone()
                current.copy_(average)
                average.copy_(previous)
