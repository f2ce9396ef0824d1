"""Structured pruning of an encoder: some layers, and in each some heads and feed-forward units, are kept unchanged."""

from collections.abc import Mapping, Sequence

import torch
from torch import nn
from transformers import PreTrainedModel

from search_spaces import Kept
from trials.data import EncodedSplit
from trials.hardware import is_out_of_memory
from trials.pretrained.layer_anatomy import LayerAnatomy, anatomy_of, feed_forward_field
from trials.pretrained.layer_levels import layers_of
from trials.pretrained.pruning_importance import importance_of

HEADS = "kept_heads"
"""Attribute that marks a model whose layers have fewer heads than its config says."""

COUNTS_OF_HEADS, WIDTHS_OF_HEADS = ("num_attention_heads", "num_heads", "n_heads"), ("all_head_size",)
"""Attributes in which modules within a layer store the number of heads, and the number of features of all heads."""

PADDED = "pads_heads"
"""Attribute that marks a model whose missing heads are saved as zeros."""

TOKENS = 8
"""Number of tokens on which a pruned model is checked."""

Indices = Sequence[int]


def cut(model: PreTrainedModel, kept: Kept, texts: EncodedSplit | None = None) -> None:
    """Prune the encoder's layers, heads and units to what `kept` says.

    In the layers that stay, the heads and units that matter most for some of the `texts` are kept.

    Raises:
        ValueError: encoders of this kind cannot be pruned, or there are no texts to choose by.
    """
    keep_layers(model, kept.layers_of(len(layers_of(model))))
    setattr(model, PADDED, kept.is_padded)
    if kept.heads_share == kept.feed_forward_share == 1:
        return
    if texts is None:
        raise ValueError("there must be texts, by which heads and units are chosen")
    layers = anatomy_of(model)
    importances = importance_of(model, layers, texts)
    keep_parts(
        model,
        [
            importance.best_heads(kept.heads_of(layer.heads))
            for importance, layer in zip(importances, layers, strict=True)
        ],
        [
            importance.best_units(kept.units_of(layer.units))
            for importance, layer in zip(importances, layers, strict=True)
        ],
    )


def kept_heads(model: nn.Module) -> int | None:
    """Return the heads in each layer of `model` if they are fewer than its config says; else None."""
    return getattr(model, HEADS, None)


def pads_heads(model: nn.Module) -> bool:
    """Return whether the heads that `model` lacks are saved as zeros."""
    return kept_heads(model) is not None and getattr(model, PADDED, False)


def padded_weights(model: PreTrainedModel, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return `weights` with as many heads in each layer as the config says; those that the model lacks are zero.

    A head whose values are zero, and whose output is not read, changes nothing, wherever it stands among the others.

    Args:
        model: a model that was cut.
        weights: its weights, by name.

    Raises:
        ValueError: its layers are not built like those that can be cut.
    """
    padded, names = dict(weights), {module: name for name, module in model.named_modules()}
    for layer in anatomy_of(model, kept_heads(model)):
        there = layer.from_heads.in_features
        extra = model.config.num_attention_heads * layer.head_width - there
        for linear in layer.to_heads:
            for kind in ("weight", "bias"):
                if (name := f"{names[linear]}.{kind}") in padded:
                    padded[name] = _with_zero_rows(padded[name], there, extra)
        name = f"{names[layer.from_heads]}.weight"
        padded[name] = _with_zero_rows(padded[name].T, there, extra).T.contiguous()
    return padded


def keep_layers(model: PreTrainedModel, kept: Indices) -> None:
    """Keep these layers of the encoder, and update its config."""
    layers, config = layers_of(model), model.config
    for index in sorted(set(range(len(layers))) - set(kept), reverse=True):
        del layers[index]
    if types := getattr(config, "layer_types", None):
        config.layer_types = [types[index] for index in kept]
    config.num_hidden_layers = len(layers)


def keep_parts(model: PreTrainedModel, heads: Sequence[Indices], units: Sequence[Indices]) -> None:
    """Keep these heads and units of each layer, the same number in every layer.

    Nothing is assumed about a family: the pruned encoder must give the outputs that it gave with the weights of the
    removed parts at zero.

    Raises:
        ValueError: it does not, or its layers are not built like those that can be pruned.
    """
    field, layers = feed_forward_field(model), anatomy_of(model)
    for layer, heads_to_keep, units_to_keep in zip(layers, heads, units, strict=True):
        _mask_others(layer.from_heads, _features(layer, heads_to_keep))
        _mask_others(layer.from_units, torch.tensor(units_to_keep))
    expected = _outputs(model)
    for layer, heads_to_keep, units_to_keep in zip(layers, heads, units, strict=True):
        _cut_heads(layer, heads_to_keep)
        _cut_units(layer, units_to_keep)
    setattr(model.config, field, len(units[0]))
    _mark(model, len(heads[0]))
    if not torch.allclose(_outputs(model), expected, rtol=1e-3, atol=1e-4):
        raise ValueError(
            f"a {type(model).__name__} gives other outputs without a head or unit than with its weights at zero"
        )


def keep_any_heads(model: PreTrainedModel, count: int) -> None:
    """Keep the first `count` heads in each layer, as a target for the weights of a pruned model.

    Args:
        model: the model, which is changed in place.
        count: heads of each layer.

    Raises:
        ValueError: its layers are not built like those that can be cut.
    """
    for layer in anatomy_of(model):
        _cut_heads(layer, range(count))
    _mark(model, count)


def _mark(model: PreTrainedModel, heads: int) -> None:
    if heads < model.config.num_attention_heads:
        setattr(model, HEADS, heads)


def _features(layer: LayerAnatomy, heads: Indices) -> torch.Tensor:
    """Return the indices of the features of these heads among those of all heads."""
    return (torch.tensor(heads)[:, None] * layer.head_width + torch.arange(layer.head_width)).flatten()


def _mask_others(linear: nn.Linear, features: torch.Tensor) -> None:
    """Set the weights of a matrix to zero for all features but those in `features`."""
    mask = torch.zeros(linear.in_features)
    mask[features] = 1.0
    with torch.no_grad():
        linear.weight.mul_(mask)


def _cut_heads(layer: LayerAnatomy, kept: Indices) -> None:
    features = _features(layer, kept)
    for linear in layer.to_heads:
        _keep_rows(linear, features, layer.from_heads.in_features)
    _keep_columns(layer.from_heads, features)
    for part in layer.module.modules():
        for names, count in ((COUNTS_OF_HEADS, len(kept)), (WIDTHS_OF_HEADS, len(features))):
            for name in names:
                if name in vars(part):
                    setattr(part, name, count)


def _cut_units(layer: LayerAnatomy, kept: Indices) -> None:
    units = torch.tensor(kept)
    _keep_rows(layer.to_units, units, layer.units)
    _keep_columns(layer.from_units, units)


def _keep_rows(linear: nn.Linear, rows: torch.Tensor, block: int) -> None:
    """Keep `rows` of each block of `block` rows."""
    starts = torch.arange(0, linear.out_features, block)
    indices = (starts[:, None] + rows).flatten()
    linear.weight = nn.Parameter(linear.weight.detach()[indices])
    if linear.bias is not None:
        linear.bias = nn.Parameter(linear.bias.detach()[indices])
    linear.out_features = len(indices)


def _keep_columns(linear: nn.Linear, columns: torch.Tensor) -> None:
    linear.weight = nn.Parameter(linear.weight.detach()[:, columns].contiguous())
    linear.in_features = len(columns)


def _with_zero_rows(tensor: torch.Tensor, block: int, extra: int) -> torch.Tensor:
    """Return the tensor with `extra` rows of zeros after each `block` rows."""
    blocks = tensor.reshape(-1, block, *tensor.shape[1:])
    zeros = blocks.new_zeros(blocks.shape[0], extra, *tensor.shape[1:])
    return torch.cat([blocks, zeros], dim=1).reshape(-1, *tensor.shape[1:])


def _outputs(model: PreTrainedModel) -> torch.Tensor:
    """Return the encoder's output for some tokens, in evaluation mode.

    Raises:
        ValueError: the encoder cannot compute it.
    """
    encoder, was_training = model.base_model, model.training
    tokens = torch.arange(TOKENS)[None] % model.config.vocab_size
    try:
        with torch.inference_mode():
            outputs: torch.Tensor = encoder.eval()(input_ids=tokens, attention_mask=torch.ones_like(tokens))[0]
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise ValueError(f"a {type(model).__name__} does not compute without some of its heads: {error}") from error
    finally:
        encoder.train(was_training)
    return outputs
