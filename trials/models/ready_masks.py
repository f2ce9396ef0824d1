"""Attention masks of transformers that are made without reading their values, which would wait for the GPU."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers.masking_utils import (
    ALL_MASK_ATTENTION_FUNCTIONS,
    bidirectional_mask_function,
    eager_mask,
    sdpa_mask,
)

SKIP = "allow_is_bidirectional_skip"
"""Argument that lets transformers omit a mask that masks nothing; to find out, it reads the whole mask."""


@contextmanager
def ready_masks() -> Iterator[None]:
    """Give transformers' encoders a mask for each batch within the block, even where no token is padded.

    Then a step does not wait for the device, uses the same kernels and as many random numbers for every batch of a
    shape, and can be captured as a CUDA graph.
    """
    ALL_MASK_ATTENTION_FUNCTIONS["sdpa"] = _for_sdpa
    ALL_MASK_ATTENTION_FUNCTIONS["eager"] = _for_eager
    try:
        yield
    finally:
        del ALL_MASK_ATTENTION_FUNCTIONS["sdpa"], ALL_MASK_ATTENTION_FUNCTIONS["eager"]


def _for_sdpa(**arguments: Any) -> torch.Tensor | None:
    if _is_unused(arguments):
        return None
    if _hides_padding_only(arguments):
        return _padding_bias(arguments, float("-inf"))
    mask: torch.Tensor | None = sdpa_mask(**{**arguments, SKIP: False})
    return mask


def _for_eager(**arguments: Any) -> torch.Tensor | None:
    if _is_unused(arguments):
        return None
    if _hides_padding_only(arguments):
        return _padding_bias(arguments, torch.finfo(_format(arguments)).min)
    mask: torch.Tensor | None = eager_mask(**{**arguments, SKIP: False})
    return mask


def _is_unused(arguments: dict[str, Any]) -> bool:
    """Return whether it is a mask of local attention for a model whose layers all attend globally."""
    types = getattr(arguments.get("config"), "layer_types", None)
    return arguments.get("local_size") is not None and types is not None and "sliding_attention" not in types


def _hides_padding_only(arguments: dict[str, Any]) -> bool:
    mask = arguments.get("attention_mask")
    return (
        arguments.get("mask_function") is bidirectional_mask_function
        and not arguments.get("use_vmap")
        and isinstance(mask, torch.Tensor)
        and mask.ndim == 2
        and mask.shape[1] == arguments["kv_length"]
    )


def _padding_bias(arguments: dict[str, Any], hidden: float) -> torch.Tensor:
    """Return what is added to the scores, shape (b, 1, queries, keys), in the format of the products."""
    mask = arguments["attention_mask"]
    bias = torch.zeros(mask.shape, dtype=_format(arguments), device=mask.device).masked_fill(~mask.bool(), hidden)
    return bias[:, None, None, :].expand(-1, 1, arguments["q_length"], -1)


def _format(arguments: dict[str, Any]) -> torch.dtype:
    device = arguments["attention_mask"].device.type
    if torch.is_autocast_enabled(device):
        return torch.get_autocast_dtype(device)
    dtype: torch.dtype = arguments["dtype"]
    return dtype
