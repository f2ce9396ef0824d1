"""The importance of heads and feed-forward units of an encoder, measured on some texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PreTrainedModel

from trials.data import EncodedSplit, stratified_sample
from trials.data.encoding import collate
from trials.pretrained.layer_anatomy import LayerAnatomy

TEXTS, LONGEST = 48, 64
"""Number of texts that are read, and of tokens of each: one second on one core for a small encoder."""


@dataclass(frozen=True)
class Importance:
    """Importance of each head and each unit of a layer, shapes (heads,) and (units,); higher is more important."""

    heads: torch.Tensor
    units: torch.Tensor

    def best_heads(self, count: int) -> list[int]:
        """Return the indices of the most important heads, in ascending order; of equal ones, the first."""
        return _highest(self.heads, count)

    def best_units(self, count: int) -> list[int]:
        """Return the indices of the most important units, in ascending order; of equal ones, the first."""
        return _highest(self.units, count)


def importance_of(model: PreTrainedModel, layers: Sequence[LayerAnatomy], texts: EncodedSplit) -> list[Importance]:
    """Run some of the texts, without their labels, through the encoder, and measure each of the layers.

    The importance of a feature is its mean square times the squares of the weights that read it: Sun et al., "A Simple
    and Effective Pruning Approach for Large Language Models", 2024, section 3, here summed over heads and units. It
    needs no gradient and no classifier, and is deterministic.
    """
    squares = {linear: torch.zeros(linear.in_features) for layer in layers for linear in _readers(layer)}
    hooks = [linear.register_forward_pre_hook(_adding_to(sums)) for linear, sums in squares.items()]
    try:
        _run(model, texts)
    finally:
        for hook in hooks:
            hook.remove()
    importances = []
    for layer in layers:
        heads, units = (squares[linear] * linear.weight.detach().square().sum(dim=0) for linear in _readers(layer))
        importances.append(Importance(heads.reshape(layer.heads, -1).sum(dim=1), units))
    return importances


def _readers(layer: LayerAnatomy) -> tuple[nn.Linear, nn.Linear]:
    """Return the matrices that read the features of heads and of units."""
    return layer.from_heads, layer.from_units


def _adding_to(sums: torch.Tensor) -> Callable[[nn.Module, Any], None]:
    def add(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        sums.add_(inputs[0].flatten(0, -2).square().sum(dim=0))

    return add


def _run(model: PreTrainedModel, texts: EncodedSplit) -> None:
    """Run the texts through the encoder one by one, without padding, in evaluation mode."""
    encoder, was_training = model.base_model, model.training
    sample = stratified_sample(texts, TEXTS)
    encoder.eval()
    with torch.inference_mode():
        for row in range(len(sample)):
            tokens = torch.from_numpy(collate(sample, np.array([row])).tokens[:, :LONGEST])
            encoder(input_ids=tokens, attention_mask=torch.ones_like(tokens))
    encoder.train(was_training)


def _highest(scores: torch.Tensor, count: int) -> list[int]:
    indices: list[int] = scores.argsort(descending=True, stable=True)[:count].tolist()
    return sorted(indices)
