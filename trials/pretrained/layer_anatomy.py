"""The matrices of an encoder's layers, by their role, for pruning heads and feed-forward units."""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel

from trials.pretrained.layer_levels import layers_of

QUERIES_KEYS_VALUES = 3

FEED_FORWARD_WIDTHS = ("intermediate_size", "hidden_dim", "ffn_dim", "encoder_ffn_dim")
"""Names of the inner width of the feed-forward layers in configs of transformers."""


@dataclass(frozen=True)
class LayerAnatomy:
    """The linear layers within one layer of an encoder, hidden width w.

    `to_heads`, (n * heads * d, w), have n blocks with one row for each feature of each head: three blocks in one
    matrix, or one in each of three, and more if positions have keys of their own. `from_heads` is (w, heads * d).
    `to_units` is (f, w), or (2 f, w) where units are gated, and `from_units` (w, f).
    """

    module: nn.Module
    to_heads: tuple[nn.Linear, ...]
    from_heads: nn.Linear
    to_units: nn.Linear
    from_units: nn.Linear
    heads: int

    @property
    def head_width(self) -> int:
        """Features of one head."""
        return self.from_heads.in_features // self.heads

    @property
    def units(self) -> int:
        """Units of the feed-forward part."""
        return self.from_units.in_features


def anatomy_of(model: PreTrainedModel, heads: int | None = None) -> list[LayerAnatomy]:
    """Return the layers of the encoder of `model`, the lowest first.

    In every layer, the last three linear layers must be those from heads, to units and from units, in this order, and
    all before them those to heads. This holds in the families that derive from BERT.

    Args:
        model: the model.
        heads: heads of each layer; None means as many as the config says.

    Raises:
        ValueError: the layers are built differently.
    """
    kind, heads = type(model).__name__, heads or getattr(model.config, "num_attention_heads", None)
    if not isinstance(heads, int):
        raise ValueError(f"a {kind} must have attention heads, and its config names none")
    return [_layer(module, heads, kind) for module in layers_of(model)]


def feed_forward_field(model: PreTrainedModel) -> str:
    """Return the config field that has the inner width.

    Raises:
        ValueError: no known field has it.
    """
    units = anatomy_of(model)[0].units
    found = [name for name in FEED_FORWARD_WIDTHS if getattr(model.config, name, None) == units]
    if not found:
        raise ValueError(
            f"the config of a {type(model).__name__} must name the {units} units of its feed-forward layers"
        )
    return found[0]


def _layer(module: nn.Module, heads: int, kind: str) -> LayerAnatomy:
    linears = [part for part in module.modules() if isinstance(part, nn.Linear)]
    if len(linears) > len(("from heads", "to units", "from units")):
        *to_heads, from_heads, to_units, from_units = linears
        layer = LayerAnatomy(module, tuple(to_heads), from_heads, to_units, from_units, heads)
        if _fits(layer):
            return layer
    shapes = ", ".join(f"{part.out_features} x {part.in_features}" for part in linears) or "none"
    raise ValueError(
        f"a layer of a {kind} must have matrices to its heads, from its heads, to its feed-forward units and from "
        f"them, in this order, to be cut; it has: {shapes}"
    )


def _fits(layer: LayerAnatomy) -> bool:
    """Return whether the shapes are those of `LayerAnatomy`."""
    width, inner = layer.from_heads.out_features, layer.from_heads.in_features
    rows = [linear.out_features for linear in layer.to_heads]
    return (
        inner % layer.heads == 0
        and all(count % inner == 0 for count in rows)
        and sum(rows) >= QUERIES_KEYS_VALUES * inner
        and all(linear.in_features == width for linear in (*layer.to_heads, layer.to_units))
        and layer.from_units.out_features == width
        and layer.to_units.out_features in (layer.units, 2 * layer.units)
    )
