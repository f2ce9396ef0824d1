"""Large products in bf16 within a stacked model; all else stays in fp32, as under autocast.

torch 2.11 does not autocast what `torch.func.vmap` computes on a GPU, so this does.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_map

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


class NarrowProducts(TorchFunctionMode):
    """A context in which large products are computed in another format.

    Args:
        dtype: the format; fp32 changes nothing.
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
        """Call `func` with arguments in the format that suits it."""
        kwargs = kwargs or {}
        if self._dtype is torch.float32 or not (func in NARROW or func in WIDE):
            return func(*args, **kwargs)
        dtype = self._dtype if func in NARROW else torch.float32

        def cast(value: Any) -> Any:
            is_number = isinstance(value, torch.Tensor) and value.is_floating_point()
            return value.to(dtype) if is_number else value

        return func(*tree_map(cast, args), **tree_map(cast, dict(kwargs)))
