"""Sends numbers to a device without waiting for it."""

from typing import Any

import torch
from numpy.typing import NDArray


def send(values: NDArray[Any], target: torch.Tensor) -> None:
    """Copy numbers to a tensor of the same shape; a GPU takes them from pinned memory when it comes to it.

    Args:
        values: the numbers, in main memory.
        target: the tensor, which is overwritten.
    """
    told = torch.from_numpy(values)
    target.copy_(told.pin_memory() if target.is_cuda else told, non_blocking=True)
