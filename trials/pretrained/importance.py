"""Which heads and feed-forward units of a layer matter most, told from its weights alone."""

from collections.abc import Sequence

import torch

from trials.pretrained.anatomy import Layer


def best_heads(layer: Layer, count: int) -> list[int]:
    """The `count` heads that can move most: by the product of the norms of their values' and their outputs' weights."""
    values = layer.values().unflatten(0, (layer.heads, -1)).flatten(1).norm(dim=1)
    outputs = layer.from_heads.weight.unflatten(1, (layer.heads, -1)).norm(dim=(0, 2))
    return _highest(values * outputs, count)


def best_units(layer: Layer, count: int) -> list[int]:
    """The `count` units that can move most: by the product of the norms of what they read and write with."""
    inputs = layer.to_units.weight.unflatten(0, (-1, layer.units)).norm(dim=2).prod(dim=0)
    return _highest(inputs * layer.from_units.weight.norm(dim=0), count)


def _highest(scores: torch.Tensor, count: int) -> list[int]:
    """The places of the highest scores, in their order; of equal ones the first."""
    places: Sequence[int] = scores.argsort(descending=True, stable=True)[:count].tolist()
    return sorted(places)
