"""The average of a model's recent selves, which is the model that a trial scores and keeps."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn

from trials.distributed import is_sharded, local, shard_of

POWER = 6.0
"""Weights count by the power of their time: those of the last sixth of the training so far make up two thirds."""

GROWTH = 1.02
"""Followed after each 2% of examples more: often enough for an average over a sixth, and next to free."""


class WeightAverage:
    """An average over the weights of a model at all times t so far, each counted by `t ** (POWER - 1)`.

    While the learning rate is high, single weights jump about the place that they approach; their average is nearer.
    So an unfinished trial shows what it is worth. Unlike an exponential average, one whose reach grows with the time
    fits any budget: the power function profile of Karras et al., "Analyzing and Improving the Training Dynamics of
    Diffusion Models", 2024.
    """

    def __init__(self, model: nn.Module) -> None:
        """Until it has followed, the average is the model itself."""
        self._model = model
        self._weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
        self._averages = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._examples = 0

    def follow(self, examples: int) -> None:
        """Takes the weights in, after `examples` examples, unless it has done so a moment ago."""
        if examples < GROWTH * self._examples:
            return
        share = 1.0 - (self._examples / examples) ** POWER
        with torch.no_grad():
            torch._foreach_lerp_(local(self._averages.values()), local(self._weights.values()), share)
        self._examples = examples

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Has the model be the average within the block, without a copy."""
        self._exchange()
        try:
            yield
        finally:
            self._exchange()

    def tensors(self) -> dict[str, torch.Tensor]:
        """All that `resume` needs, by name, beside the number of examples."""
        return {**self._averages, "examples": torch.tensor(self._examples)}

    def resume(self, tensors: Mapping[str, torch.Tensor]) -> None:
        """Goes on from what `tensors` gave."""
        for name, average in self._averages.items():
            average.copy_(shard_of(tensors[name], average))
        self._examples = int(tensors["examples"])

    def _exchange(self) -> None:
        if not is_sharded(self._model):
            for name, weight in self._weights.items():
                weight.data, self._averages[name] = self._averages[name], weight.data
            return
        with torch.no_grad():  # torch holds on to the memory of each shard
            for mine, average in zip(local(self._weights.values()), local(self._averages.values()), strict=True):
                kept = mine.clone()
                mine.copy_(average)
                average.copy_(kept)
