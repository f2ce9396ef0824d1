"""What functions of torch do within a stacked model: attention in one kernel, and large products in bf16.

torch 2.11 does not autocast what `torch.func.vmap` computes on a GPU, so this does.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

from trials.training.packs.merged_attention import merged_attention

NARROW: frozenset[Callable[..., Any]] = frozenset(
    {
        functional.linear,
        functional.scaled_dot_product_attention,
        torch.matmul,
        torch.Tensor.matmul,
        torch.Tensor.__matmul__,
        torch.bmm,
        torch.baddbmm,
        torch.einsum,
    }
)
"""Functions whose arguments are rounded."""

WIDE: frozenset[Callable[..., Any]] = frozenset(
    {
        functional.layer_norm,
        functional.rms_norm,
        functional.softmax,
        torch.layer_norm,
        torch.softmax,
        torch.Tensor.softmax,
    }
)
"""Functions whose arguments are widened to fp32."""


class StackedFunctions(TorchFunctionMode):
    """A context in which attention runs in one kernel, and large products are computed in another format.

    Args:
        dtype: the format of large products; all else is computed in fp32.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self._dtype = dtype

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = MappingProxyType({}),
    ) -> Any:
        """Call `func`, or its replacement, with arguments in the format that suits it."""
        kwargs = kwargs or {}
        if self._dtype is not torch.float32 and (func in NARROW or func in WIDE):
            dtype = self._dtype if func in NARROW else torch.float32
            args, kwargs = tree_map(partial(_cast, dtype), args), tree_map(partial(_cast, dtype), dict(kwargs))
        if func is functional.scaled_dot_product_attention:
            return merged_attention(*args, **kwargs)
        return func(*args, **kwargs)


def _cast(dtype: torch.dtype, value: Any) -> Any:
    is_number = isinstance(value, torch.Tensor) and value.is_floating_point()
    return value.to(dtype) if is_number else value
