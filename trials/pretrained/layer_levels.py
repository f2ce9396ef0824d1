"""The height at which each weight of an encoder lies: what freezing and layer-wise learning rates go by."""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel

BELOW = ("embed", "encoder.LayerNorm")
"""What lies below all layers; the second is DeBERTa's norm of the relative positions, which each layer reads."""


@dataclass(frozen=True)
class LayerLevels:
    """Heights of the weights of a classifier with `depth` layers.

    Embeddings are at 0, layer i at i + 1, and what the encoder has above its layers at `depth`, like the last one.
    What is new has no height: the classifier, and what the checkpoint lacked. `within` has all at 0 or in layers.
    """

    depth: int
    heights: dict[str, int]
    within: frozenset[str]


def levels_of(model: PreTrainedModel) -> LayerLevels:
    """Return the height of each weight of `model`, a classifier on an encoder of transformers.

    Raises:
        ValueError: the encoder has no list of its layers, or several. Some models share weights between layers.
    """
    encoder, prefix = model.base_model, f"{model.base_model_prefix}."
    depth = model.config.num_hidden_layers
    place = f"{_place_of_layers(model)[0]}."
    heights = {
        f"{prefix}{name}": _height(name, place, depth)
        for name, parameter in encoder.named_parameters()
        if not getattr(parameter, "is_new", False)
    }
    within = frozenset(name for name, height in heights.items() if height == 0 or name.startswith(f"{prefix}{place}"))
    return LayerLevels(depth, heights, within)


def layers_of(model: PreTrainedModel) -> nn.ModuleList:
    """The layers of an encoder, the lowest first; what is deleted of the list is gone from the encoder.

    Raises:
        ValueError: it has no such list, or several.
    """
    return _place_of_layers(model)[1]


def freeze(model: PreTrainedModel, share: float) -> None:
    """Has the lowest `share` of the layers, and the embeddings below them, not be trained."""
    levels = levels_of(model)
    frozen = round(share * levels.depth)
    if frozen == 0:
        return
    for name, parameter in model.named_parameters():
        if name in levels.within and levels.heights[name] <= frozen:
            parameter.requires_grad_(False)


def _place_of_layers(model: PreTrainedModel) -> tuple[str, nn.ModuleList]:
    """The only list of `num_hidden_layers` modules in the encoder, and where it lies there."""
    depth = model.config.num_hidden_layers
    places = [
        (name, module)
        for name, module in model.base_model.named_modules()
        if isinstance(module, nn.ModuleList) and len(module) == depth
    ]
    if len(places) != 1:
        raise ValueError(f"a {type(model).__name__} must have one list of its {depth} layers, not {len(places)}")
    return places[0]


def _height(name: str, place: str, depth: int) -> int:
    if name.startswith(place):
        return int(name.removeprefix(place).partition(".")[0]) + 1
    return 0 if any(part in name for part in BELOW) else depth
