"""Which heads and feed-forward units of an encoder matter most: those that add most to what is made of some texts."""

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
"""How many texts are read, and how many tokens of each: a second on one core for a small encoder."""


@dataclass(frozen=True)
class Importance:
    """What each head and each unit of a layer adds, shapes (heads,) and (units,); the larger the more."""

    heads: torch.Tensor
    units: torch.Tensor

    def best_heads(self, count: int) -> list[int]:
        """The most important heads, in the order of their places; of equal ones the first."""
        return _highest(self.heads, count)

    def best_units(self, count: int) -> list[int]:
        """The same of units."""
        return _highest(self.units, count)


def importance_of(model: PreTrainedModel, layers: Sequence[LayerAnatomy], texts: EncodedSplit) -> list[Importance]:
    """Reads some of the texts, without their labels, and measures each of the layers.

    What a feature adds to a layer's output is taken for its mean square times that of the weights that read it: Sun et
    al., "A Simple and Effective Pruning Approach for Large Language Models", 2024, section 3, here for whole heads and
    units. Needs no gradient, no classifier and no chance.
    """
    squares = {linear: torch.zeros(linear.in_features) for layer in layers for linear in _readers(layer)}
    hooks = [linear.register_forward_pre_hook(_adding_to(sums)) for linear, sums in squares.items()]
    try:
        _read(model, texts)
    finally:
        for hook in hooks:
            hook.remove()
    found = []
    for layer in layers:
        heads, units = (squares[linear] * linear.weight.detach().square().sum(dim=0) for linear in _readers(layer))
        found.append(Importance(heads.reshape(layer.heads, -1).sum(dim=1), units))
    return found


def _readers(layer: LayerAnatomy) -> tuple[nn.Linear, nn.Linear]:
    """What reads the features of heads, and those of units."""
    return layer.from_heads, layer.from_units


def _adding_to(sums: torch.Tensor) -> Callable[[nn.Module, Any], None]:
    def add(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        sums.add_(inputs[0].flatten(0, -2).square().sum(dim=0))

    return add


def _read(model: PreTrainedModel, texts: EncodedSplit) -> None:
    """Has the encoder read the texts one by one, so that there is no padding, out of training."""
    encoder, was_training = model.base_model, model.training
    sample = stratified_sample(texts, TEXTS)
    encoder.eval()
    with torch.inference_mode():
        for row in range(len(sample)):
            tokens = torch.from_numpy(collate(sample, np.array([row])).tokens[:, :LONGEST])
            encoder(input_ids=tokens, attention_mask=torch.ones_like(tokens))
    encoder.train(was_training)


def _highest(scores: torch.Tensor, count: int) -> list[int]:
    places: list[int] = scores.argsort(descending=True, stable=True)[:count].tolist()
    return sorted(places)
