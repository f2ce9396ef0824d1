"""Attention of all members in one kernel: models and texts become one batch."""

from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention


class MergedAttention(torch.autograd.Function):
    """`scaled_dot_product_attention` within `torch.func.vmap`.

    torch's own rule for vmap does not save what the backward pass of its kernels needs, and has none for CPUs. The rule
    here runs below vmap, where autograd records the kernel as usual.
    """

    @staticmethod
    def forward(
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
        settings: dict[str, Any],
    ) -> torch.Tensor:
        """Return the attention's outputs outside of vmap, without gradients."""
        return scaled_dot_product_attention(query, key, value, mask, **settings)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Save nothing: gradients are those of the kernel that `vmap` calls."""

    @staticmethod
    def vmap(
        info: Any,
        in_dims: tuple[int | None, ...],
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
        settings: dict[str, Any],
    ) -> tuple[torch.Tensor, int]:
        """Return the outputs for all members, and the dimension of the members in them.

        Args:
            info: torch's facts about the vmap, which has the number of members.
            in_dims: dimension of the members in each of the following arguments; None if all have the same.
            query: queries; without members, shape (b, heads, length, width), as of the next two.
            key: keys.
            value: values.
            mask: what is added to the scores, or what may be attended to; without members, shape (b, 1, length,
                length).
            settings: other arguments of `scaled_dot_product_attention`.
        """
        count = info.batch_size

        def merged(tensor: torch.Tensor, dimension: int | None) -> torch.Tensor:
            each = tensor.expand(count, *tensor.shape) if dimension is None else tensor.movedim(dimension, 0)
            return each.flatten(0, 1)

        query, key, value = map(merged, (query, key, value), in_dims)
        mask = None if mask is None else merged(mask, in_dims[3])
        outputs = scaled_dot_product_attention(query, key, value, mask, **settings)
        return outputs.view(count, -1, *outputs.shape[1:]), 0


def merged_attention(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attn_mask: torch.Tensor | None = None,
    **settings: Any,
) -> torch.Tensor:
    """Do what `scaled_dot_product_attention` does, also for all members of a pack within `torch.func.vmap`."""
    outputs: torch.Tensor = MergedAttention.apply(query, key, value, attn_mask, settings)  # type: ignore[no-untyped-call]
    return outputs
