"""Queries, keys and values with rotary positions, computed in one product and one pass over them."""

from functools import lru_cache
from typing import Any

import torch
from torch.autograd.function import once_differentiable

QueriesKeysValues = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class RotaryProjection(torch.autograd.Function):
    """`x @ weight.T`, with queries and keys rotated by their positions (Su et al., "RoFormer", 2021, eq. 34).

    ModernBERT rotates feature i of a head together with feature i + d/2, in five passes over strided memory, and as
    many in the backward pass. Here the rows of the weight are reordered so that the two are neighbours and form one
    complex number, which one complex product rotates. Attention scores are sums over features: their order does not
    matter.
    """

    @staticmethod
    def forward(
        ctx: Any, inputs: torch.Tensor, weight: torch.Tensor, rotations: torch.Tensor, heads: int, dtype: torch.dtype
    ) -> QueriesKeysValues:
        """Return queries, keys and values in the format `dtype`, each of shape (b, heads, length, d).

        Args:
            ctx: the context, which stores tensors for `backward`.
            inputs: (b, length, width).
            weight: of queries, keys and values, one below the other: (3 * width, width).
            rotations: complex, (length, width), as `rotations_of` returns them.
            heads: number of heads; the width is `heads * d`.
            dtype: format of the product; rotations are computed in the format of the inputs.
        """
        batch, length, width = inputs.shape
        narrow, paired = inputs.to(dtype), _pair(weight, heads).to(dtype)
        projected = narrow @ paired.t()
        unrotated = projected[:, :, : 2 * width]
        rotated = unrotated.to(inputs.dtype)  # the same memory where the formats are the same
        _as_pairs(rotated).mul_(rotations)
        if rotated is not unrotated:
            unrotated.copy_(rotated)
        ctx.save_for_backward(narrow, paired, rotations)
        ctx.heads, ctx.dtype = heads, inputs.dtype
        queries, keys, values = projected.view(batch, length, 3, heads, -1).permute(2, 0, 3, 1, 4).unbind()
        return queries, keys, values

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Return the gradients, rotated back and written into the one matrix that both products need."""
        narrow, paired, rotations = ctx.saved_tensors
        batch, length, width = narrow.shape
        back = rotations[:, : width // 2].conj().resolve_conj()
        queries, keys, values = (
            gradient.transpose(1, 2).to(ctx.dtype).contiguous().view(narrow.shape) for gradient in gradients
        )
        combined = queries.new_empty(batch, length, 3 * width)
        pairs = _as_pairs(combined)
        torch.mul(_as_pairs(queries), back, out=pairs[:, :, : width // 2])
        torch.mul(_as_pairs(keys), back, out=pairs[:, :, width // 2 : width])
        combined[:, :, 2 * width :].copy_(values)
        flat = combined.view(-1, 3 * width).to(narrow.dtype)
        to_weight = _unpair((flat.t() @ narrow.reshape(-1, width)).to(ctx.dtype), ctx.heads)
        return (flat @ paired).to(ctx.dtype).view(narrow.shape), to_weight, None, None, None


@lru_cache(maxsize=64)
def rotations_of(length: int, width: int, head_width: int, base: float) -> torch.Tensor:
    """Return exp(i t w) for position t and frequency w = base^(-2 k / d), for the heads of queries and keys.

    Shape (length, width), complex: width / 2 numbers for the queries and as many for the keys.
    """
    with torch.inference_mode(False):  # so that tensors cached in evaluation also serve for training
        frequencies = 1.0 / (base ** (torch.arange(0, head_width, 2, dtype=torch.float) / head_width))
        angles = torch.arange(length, dtype=torch.float)[:, None] * frequencies
        return torch.polar(torch.ones_like(angles), angles).repeat(1, 2 * width // head_width)


def _pair(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Reorder the rows of queries and keys so that features i and i + d/2 of a head become neighbours."""
    width = weight.shape[1]
    rotated = weight[: 2 * width].view(2 * heads, 2, -1, width).transpose(1, 2).reshape(2 * width, width)
    return torch.cat([rotated, weight[2 * width :]])


def _unpair(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Undo `_pair`."""
    width = weight.shape[1]
    rotated = weight[: 2 * width].view(2 * heads, -1, 2, width).transpose(1, 2).reshape(2 * width, width)
    return torch.cat([rotated, weight[2 * width :]])


def _as_pairs(tensor: torch.Tensor) -> torch.Tensor:
    """View neighbours in the last dimension as one complex number."""
    return torch.view_as_complex(tensor.view(*tensor.shape[:-1], -1, 2))
