"""One pass over memory for a step of AdamW of all members, on a GPU.

The same step in torch's own operations reads and writes each number about twenty times, which for encoders with large
vocabularies takes as long as the products.
"""

from functools import cache
from importlib.util import find_spec

import torch

BLOCK = 1024
"""Numbers that one program of the kernel updates."""


@cache
def has_triton() -> bool:
    """Return whether Triton is installed, as it is with builds of torch for GPUs."""
    return find_spec("triton") is not None


def can_fuse(tensor: torch.Tensor) -> bool:
    """Return whether `fused_update` works on such tensors."""
    return tensor.is_cuda and has_triton()


def fused_update(
    weight: torch.Tensor, gradient: torch.Tensor, first: torch.Tensor, second: torch.Tensor, settings: torch.Tensor
) -> None:
    """Update weights and moments in place.

    Args:
        weight: weights, shape (places, n), contiguous, as the next three.
        gradient: gradients before clipping.
        first: first moments.
        second: second moments.
        settings: for each place: factor of the gradients, learning rate over the bias of the first moment, share of the
            weights that decay leaves, shares by which the two moments follow, root of the bias of the second moment,
            and epsilon; shape (places, 7).
    """
    from trials.training.packs.adamw_kernel import update_kernel  # noqa: PLC0415 - Triton is not everywhere

    places, size = weight.shape
    grid = -(-size // BLOCK), places
    update_kernel[grid](weight, gradient.contiguous(), first, second, settings.contiguous(), size, block=BLOCK)
