"""The halves of a BERT layer, which several families combine in different ways.

Layers have the names that transformers gives them, which are the same in each of these families, but classes of their
own: hence `Any`.
"""

from typing import Any

import torch
from torch import nn

from trials.models.cpu.attention import attend


def attended(
    attention: Any,
    read: torch.Tensor,
    inputs: torch.Tensor,
    bias: torch.Tensor | None,
    dtype: torch.dtype,
    rotations: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return what tokens `read` (b, n, width) attend to in `inputs` (b, length, width), after projection and dropout.

    There may be fewer heads than the config says. `rotations`, for families that have them, are complex numbers by
    which positions rotate queries and keys, (length, width / 2).
    """
    own, output = attention.self, attention.output
    queries, keys, values = (
        linear(features, part, dtype) for features, part in ((read, own.query), (inputs, own.key), (inputs, own.value))
    )
    if rotations is not None:
        queries, keys = _rotated(queries, rotations), _rotated(keys, rotations)
    queries, keys, values = (_heads(features, own.num_attention_heads) for features in (queries, keys, values))
    mixed = attend(queries, keys, values, bias, own.dropout.p if own.training else 0.0)
    side_by_side = mixed.transpose(1, 2).reshape(*read.shape[:2], -1)
    dropped: torch.Tensor = output.dropout(linear(side_by_side, output.dense, dtype))
    return dropped


def fed_forward(layer: Any, inputs: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Return the feed-forward half for inputs (b, n, width), after dropout, not yet added."""
    inner = layer.intermediate.intermediate_act_fn(linear(inputs, layer.intermediate.dense, dtype))
    dropped: torch.Tensor = layer.output.dropout(linear(inner, layer.output.dense, dtype))
    return dropped


def post_norm(
    layer: Any,
    read: torch.Tensor,
    inputs: torch.Tensor,
    bias: torch.Tensor | None,
    dtype: torch.dtype,
    rotations: torch.Tensor | None = None,
) -> torch.Tensor:
    """Compute a layer for the tokens `read`, with a norm after each sum; shapes are those of `attended`."""
    middle = layer.attention.output.LayerNorm(attended(layer.attention, read, inputs, bias, dtype, rotations) + read)
    outputs: torch.Tensor = layer.output.LayerNorm(fed_forward(layer, middle, dtype) + middle)
    return outputs


def _heads(features: torch.Tensor, heads: int) -> torch.Tensor:
    """Reshape (b, length, heads * d) to (b, heads, length, d)."""
    return features.view(*features.shape[:2], heads, -1).transpose(1, 2)


def _rotated(features: torch.Tensor, rotations: torch.Tensor) -> torch.Tensor:
    """Rotate features (b, n, width), whose neighbours form complex numbers, by the first n positions."""
    pairs = torch.view_as_complex(features.float().view(*features.shape[:2], -1, 2))
    return torch.view_as_real(pairs * rotations[: features.shape[1]]).flatten(-2).to(features.dtype)


def linear(inputs: torch.Tensor, layer: nn.Linear, dtype: torch.dtype) -> torch.Tensor:
    """Apply `layer` in the format `dtype`; gradients of its weights have the weights' own format."""
    bias = None if layer.bias is None else layer.bias.to(dtype)
    return nn.functional.linear(inputs.to(dtype), layer.weight.to(dtype), bias)


def padding_bias(mask: torch.Tensor | None) -> torch.Tensor | None:
    """Return the bias of the scores that masks padding, shape (b, 1, 1, length); None if all tokens are real."""
    if mask is None:
        return None
    return torch.zeros(mask.shape).masked_fill_(~mask, float("-inf"))[:, None, None, :]


def mean_of_real(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Return the mean over the real tokens of each text, (b, width), from (b, length, width)."""
    if mask is None:
        return hidden.mean(dim=1)
    shares = mask / mask.sum(dim=1, keepdim=True)
    return torch.bmm(shares[:, None, :], hidden)[:, 0]
