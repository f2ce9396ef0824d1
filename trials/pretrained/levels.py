"""The height at which each weight of an encoder lies: what freezing and layer-wise learning rates go by."""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel


@dataclass(frozen=True)
class Levels:
    """Heights of the weights of a classifier with `depth` layers.

    Embeddings are at 0, layer i at i + 1, and what the encoder has above its layers at `depth`, like the last one.
    The weights of the classifier itself, which are new, have no height.
    """

    depth: int
    heights: dict[str, int]


def levels_of(model: PreTrainedModel) -> Levels:
    """Finds the layers of any encoder of transformers: they are its longest list of modules.

    Raises:
        ValueError: it has no such list.
    """
    encoder, prefix = model.base_model, f"{model.base_model_prefix}."
    lists = {name: module for name, module in encoder.named_modules() if isinstance(module, nn.ModuleList)}
    if not lists:
        raise ValueError(f"a {type(model).__name__} has no list of layers to freeze or to slow down")
    place = max(lists, key=lambda name: len(lists[name]))
    depth = len(lists[place])
    heights = {f"{prefix}{name}": _height(name, f"{place}.", depth) for name, _ in encoder.named_parameters()}
    return Levels(depth, heights)


def freeze(model: PreTrainedModel, share: float) -> None:
    """Has the lowest `share` of the layers, and the embeddings below them, not be trained."""
    levels = levels_of(model)
    frozen = round(share * levels.depth)
    if frozen == 0:
        return
    for name, parameter in model.named_parameters():
        if levels.heights.get(name, frozen + 1) <= frozen:
            parameter.requires_grad_(False)


def _height(name: str, place: str, depth: int) -> int:
    if name.startswith(place):
        return int(name.removeprefix(place).partition(".")[0]) + 1
    return 0 if "embed" in name else depth
