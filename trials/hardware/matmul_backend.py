"""Which library multiplies fp32 matrices on this CPU: torch's usual one (MKL), or oneDNN, which torch brings as well.

MKL keeps its best kernels for Intel's processors. On an AMD EPYC with AVX-512 oneDNN multiplied 2.4 times as fast,
with the same result.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch

CLEARLY_FASTER = 0.75
"""oneDNN must take less than this share of the time, so that the choice is the same in each process of a machine."""

ROUNDING = 1e-5
"""Relative to the largest element: what two orders of adding up fp32 numbers may differ by; bf16 differs by 1e-3."""

SETTING: Any = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]  # torch makes it at run time

USUAL, ONEDNN = "none", "bf16"
"""torch's names for the two. The second one allows oneDNN to round to bf16, but on a CPU without matrix tiles oneDNN
makes no use of that; `onednn_pays` makes sure of it."""


def use_fast_products(wanted: bool) -> None:
    """From now on fp32 products of this process run on oneDNN if that is `wanted` and pays.

    torch's own attention kernel is slower for it, so it is for models with a forward pass of ours.
    """
    _multiply_by(ONEDNN if wanted and onednn_pays() else USUAL)


@contextmanager
def fast_products(wanted: bool = True) -> Iterator[None]:
    """Within the block, run fp32 products on oneDNN if that is `wanted` and faster, as `use_fast_products`."""
    before = SETTING.fp32_precision
    use_fast_products(wanted)
    try:
        yield
    finally:
        _multiply_by(before)


@cache
def onednn_pays() -> bool:
    """Whether oneDNN is clearly faster at fp32 products here, and as exact; measured once, some 10 ms."""
    rows, weight = _factors(torch.float32)
    before = SETTING.fp32_precision
    found = {}
    for library in (USUAL, ONEDNN):
        _multiply_by(library)
        found[library] = rows @ weight, seconds_of_product(torch.float32)
    _multiply_by(before)
    (usual, usual_seconds), (other, other_seconds) = found[USUAL], found[ONEDNN]
    exact = bool((other - usual).abs().max() <= ROUNDING * usual.abs().max())
    return exact and other_seconds < CLEARLY_FASTER * usual_seconds


def seconds_of_product(dtype: torch.dtype, tries: int = 7) -> float:
    """What a product takes of the size that a small model has: the least of a few tries, as noise only ever adds."""
    rows, weight = _factors(dtype)
    seconds = []
    for _ in range(tries):
        started = time.perf_counter()
        torch.mm(rows, weight)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _factors(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    rows, weight = (torch.randn(shape, generator=generator).to(dtype) for shape in ((1024, 128), (128, 384)))
    return rows, weight


def _multiply_by(library: str) -> None:
    SETTING.fp32_precision = library
