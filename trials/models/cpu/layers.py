"""The halves of a BERT layer, which several families put together in their own ways.

Layers come as transformers has them, under the same names in each of these families, in classes of their own: `Any`.
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
    turns: torch.Tensor | None = None,
) -> torch.Tensor:
    """What tokens `read` (b, n, width) find in `inputs` (b, length, width), projected and dropped out, not yet added.

    There may be fewer heads than the config tells. `turns`, where a family has them, are what positions turn queries
    and keys by, complex, (length, width / 2).
    """
    own, output = attention.self, attention.output
    queries, keys, values = (
        linear(features, part, dtype) for features, part in ((read, own.query), (inputs, own.key), (inputs, own.value))
    )
    if turns is not None:
        queries, keys = _turned(queries, turns), _turned(keys, turns)
    queries, keys, values = (_heads(features, own.num_attention_heads) for features in (queries, keys, values))
    mixed = attend(queries, keys, values, bias, own.dropout.p if own.training else 0.0)
    side_by_side = mixed.transpose(1, 2).reshape(*read.shape[:2], -1)
    dropped: torch.Tensor = output.dropout(linear(side_by_side, output.dense, dtype))
    return dropped


def fed_forward(layer: Any, inputs: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The feed-forward half of inputs (b, n, width), dropped out, not yet added."""
    inner = layer.intermediate.intermediate_act_fn(linear(inputs, layer.intermediate.dense, dtype))
    dropped: torch.Tensor = layer.output.dropout(linear(inner, layer.output.dense, dtype))
    return dropped


def post_norm(
    layer: Any,
    read: torch.Tensor,
    inputs: torch.Tensor,
    bias: torch.Tensor | None,
    dtype: torch.dtype,
    turns: torch.Tensor | None = None,
) -> torch.Tensor:
    """A layer for the tokens `read`, whose norms come after each sum; shapes are those of `attended`."""
    middle = layer.attention.output.LayerNorm(attended(layer.attention, read, inputs, bias, dtype, turns) + read)
    outputs: torch.Tensor = layer.output.LayerNorm(fed_forward(layer, middle, dtype) + middle)
    return outputs


def _heads(features: torch.Tensor, heads: int) -> torch.Tensor:
    """(b, length, heads * d) as (b, heads, length, d)."""
    return features.view(*features.shape[:2], heads, -1).transpose(1, 2)


def _turned(features: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """Features (b, n, width), of which neighbours are one complex number, turned by the first n positions."""
    pairs = torch.view_as_complex(features.float().view(*features.shape[:2], -1, 2))
    return torch.view_as_real(pairs * turns[: features.shape[1]]).flatten(-2).to(features.dtype)


def linear(inputs: torch.Tensor, layer: nn.Linear, dtype: torch.dtype) -> torch.Tensor:
    """What `layer` gives, computed in `dtype`; gradients of its weights come in the weights' own format."""
    bias = None if layer.bias is None else layer.bias.to(dtype)
    return nn.functional.linear(inputs.to(dtype), layer.weight.to(dtype), bias)


def padding_bias(mask: torch.Tensor | None) -> torch.Tensor | None:
    """Return the bias of the scores that masks padding, shape (b, 1, 1, length); None if all tokens are real."""
    if mask is None:
        return None
    return torch.zeros(mask.shape).masked_fill_(~mask, float("-inf"))[:, None, None, :]


def mean_of_real(hidden: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """The mean over the real tokens of each text, (b, width), from (b, length, width)."""
    if mask is None:
        return hidden.mean(dim=1)
    shares = mask / mask.sum(dim=1, keepdim=True)
    return torch.bmm(shares[:, None, :], hidden)[:, 0]
