"""The level of each weight of an encoder, which freezing and layer-wise learning rates depend on."""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel

BELOW = ("embed", "encoder.LayerNorm", "wte.", "wpe.")
"""Name parts of what is below all layers; the second is DeBERTa's norm of relative positions, which each layer reads,
and the last two are the embeddings of GPT-2.
"""


@dataclass(frozen=True)
class LayerLevels:
    """Levels of the weights of a classifier with `depth` layers.

    Embeddings are at level 0, layer i at i + 1, and what the encoder has above its layers at `depth`, like the last
    layer. New weights have no level: those of the classifier, and those that the checkpoint lacked. `within` has the
    names of all weights of embeddings and layers.
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
    prefix_of_layers = f"{_list_of_layers(model)[0]}."
    heights = {
        f"{prefix}{name}": _height(name, prefix_of_layers, depth)
        for name, parameter in encoder.named_parameters()
        if not getattr(parameter, "is_new", False)
    }
    within = frozenset(
        name for name, height in heights.items() if height == 0 or name.startswith(f"{prefix}{prefix_of_layers}")
    )
    return LayerLevels(depth, heights, within)


def layers_of(model: PreTrainedModel) -> nn.ModuleList:
    """Return the layers of an encoder, the lowest first; deleting one from the list deletes it from the encoder.

    Raises:
        ValueError: the encoder has no such list, or several.
    """
    return _list_of_layers(model)[1]


def freeze(model: PreTrainedModel, share: float) -> None:
    """Freeze the lowest `share` of the layers, and the embeddings below them."""
    levels = levels_of(model)
    frozen = round(share * levels.depth)
    if frozen == 0:
        return
    for name, parameter in model.named_parameters():
        if name in levels.within and levels.heights[name] <= frozen:
            parameter.requires_grad_(False)


def _list_of_layers(model: PreTrainedModel) -> tuple[str, nn.ModuleList]:
    """Return the name and the module of the only list of `num_hidden_layers` modules in the encoder."""
    depth = model.config.num_hidden_layers
    lists = [
        (name, module)
        for name, module in model.base_model.named_modules()
        if isinstance(module, nn.ModuleList) and len(module) == depth
    ]
    if len(lists) != 1:
        raise ValueError(f"a {type(model).__name__} must have one list of its {depth} layers, not {len(lists)}")
    return lists[0]


def _height(name: str, prefix_of_layers: str, depth: int) -> int:
    if name.startswith(prefix_of_layers):
        return int(name.removeprefix(prefix_of_layers).partition(".")[0]) + 1
    return 0 if any(part in name for part in BELOW) else depth
