"""An encoder cut to size: some of its layers, and in each some of its heads and feed-forward units, as they are."""

from collections.abc import Sequence

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
"""What a model is marked with whose layers have fewer heads than its config tells."""

COUNTS_OF_HEADS, WIDTHS_OF_HEADS = ("num_attention_heads", "num_heads", "n_heads"), ("all_head_size",)
"""Where modules within a layer remember how many heads they have, and how many features all heads have together."""

TOKENS = 8
"""What a cut is tried on."""

Places = Sequence[int]


def cut(model: PreTrainedModel, kept: Kept, texts: EncodedSplit | None = None) -> None:
    """Leaves of the encoder's layers, heads and units what `kept` says.

    Those heads and units stay that matter most for some of the `texts`, in the layers that stay.

    Raises:
        ValueError: encoders of this kind cannot be cut so, or there are no texts to choose by.
    """
    keep_layers(model, kept.layers_of(len(layers_of(model))))
    if kept.heads_share == kept.feed_forward_share == 1:
        return
    if texts is None:
        raise ValueError("there must be texts, by which heads and units are chosen")
    layers = anatomy_of(model)
    found = importance_of(model, layers, texts)
    keep_parts(
        model,
        [one.best_heads(kept.heads_of(layer.heads)) for one, layer in zip(found, layers, strict=True)],
        [one.best_units(kept.units_of(layer.units)) for one, layer in zip(found, layers, strict=True)],
    )


def kept_heads(model: nn.Module) -> int | None:
    """Return the heads in each layer of `model` if they are fewer than its config says; else None."""
    return getattr(model, HEADS, None)


def keep_layers(model: PreTrainedModel, kept: Places) -> None:
    """Leaves these layers of the encoder, and tells its config."""
    layers, config = layers_of(model), model.config
    for index in sorted(set(range(len(layers))) - set(kept), reverse=True):
        del layers[index]
    if types := getattr(config, "layer_types", None):
        config.layer_types = [types[index] for index in kept]
    config.num_hidden_layers = len(layers)


def keep_parts(model: PreTrainedModel, heads: Sequence[Places], units: Sequence[Places]) -> None:
    """Leaves these heads and units of each layer, as many in one as in the others.

    Nothing is believed of a family: without what is cut, the encoder must give what it gave while that was silent.

    Raises:
        ValueError: it does not, or its layers are not built as those that can be cut.
    """
    field, layers = feed_forward_field(model), anatomy_of(model)
    for layer, left, at_work in zip(layers, heads, units, strict=True):
        _hear_only(layer.from_heads, _features(layer, left))
        _hear_only(layer.from_units, torch.tensor(at_work))
    expected = _outputs(model)
    for layer, left, at_work in zip(layers, heads, units, strict=True):
        _cut_heads(layer, left)
        _cut_units(layer, at_work)
    setattr(model.config, field, len(units[0]))
    _mark(model, len(heads[0]))
    if not torch.allclose(_outputs(model), expected, rtol=1e-3, atol=1e-4):
        raise ValueError(
            f"a {type(model).__name__} gives other outputs without a head or unit than with its weights at zero"
        )


def keep_any_heads(model: PreTrainedModel, count: int) -> None:
    """Leave any `count` heads in each layer, as a target for the weights of a model that was cut before.

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


def _features(layer: LayerAnatomy, heads: Places) -> torch.Tensor:
    """The places of the features of these heads among those of all."""
    return (torch.tensor(heads)[:, None] * layer.head_width + torch.arange(layer.head_width)).flatten()


def _hear_only(linear: nn.Linear, heard: torch.Tensor) -> None:
    """Has a matrix be deaf to all features but those that are `heard`."""
    mask = torch.zeros(linear.in_features)
    mask[heard] = 1.0
    with torch.no_grad():
        linear.weight.mul_(mask)


def _cut_heads(layer: LayerAnatomy, kept: Places) -> None:
    features = _features(layer, kept)
    for linear in layer.to_heads:
        _keep_rows(linear, features, layer.from_heads.in_features)
    _keep_columns(layer.from_heads, features)
    for part in layer.module.modules():
        for names, count in ((COUNTS_OF_HEADS, len(kept)), (WIDTHS_OF_HEADS, len(features))):
            for name in names:
                if name in vars(part):
                    setattr(part, name, count)


def _cut_units(layer: LayerAnatomy, kept: Places) -> None:
    units = torch.tensor(kept)
    _keep_rows(layer.to_units, units, layer.units)
    _keep_columns(layer.from_units, units)


def _keep_rows(linear: nn.Linear, rows: torch.Tensor, block: int) -> None:
    """Keep `rows` of each block of `block` rows."""
    starts = torch.arange(0, linear.out_features, block)
    places = (starts[:, None] + rows).flatten()
    linear.weight = nn.Parameter(linear.weight.detach()[places])
    if linear.bias is not None:
        linear.bias = nn.Parameter(linear.bias.detach()[places])
    linear.out_features = len(places)


def _keep_columns(linear: nn.Linear, columns: torch.Tensor) -> None:
    linear.weight = nn.Parameter(linear.weight.detach()[:, columns].contiguous())
    linear.in_features = len(columns)


def _outputs(model: PreTrainedModel) -> torch.Tensor:
    """What the encoder gives for some tokens, out of training.

    Raises:
        ValueError: it gives nothing.
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
