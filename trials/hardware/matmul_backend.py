"""Choice of the library that multiplies fp32 matrices on this CPU: MKL, which torch uses by default, or oneDNN.

MKL uses its best kernels only on Intel's processors. On an AMD EPYC with AVX-512, oneDNN was 2.4 times as fast, with
the same result.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch

CLEARLY_FASTER = 0.75
"""oneDNN must take less than this share of the time, so that all processes of a machine make the same choice."""

ROUNDING = 1e-5
"""Tolerance relative to the largest element, for different orders of fp32 sums; bf16 differs by 1e-3."""

SETTING: Any = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]  # torch makes it at run time

USUAL, ONEDNN = "none", "bf16"
"""torch's names of the two libraries. The second allows oneDNN to round to bf16, but on a CPU without matrix tiles
oneDNN does not; `onednn_pays` checks this.
"""


def use_fast_products(requested: bool) -> None:
    """Run fp32 products of this process on oneDNN from now on, if `requested` and faster.

    It slows down torch's own attention kernel, so it is for models with a forward pass of this project.
    """
    _multiply_by(ONEDNN if requested and onednn_pays() else USUAL)


@contextmanager
def fast_products(requested: bool = True) -> Iterator[None]:
    """Run fp32 products within the block on oneDNN if `requested` and faster, as `use_fast_products` does."""
    before = SETTING.fp32_precision
    use_fast_products(requested)
    try:
        yield
    finally:
        _multiply_by(before)


@cache
def onednn_pays() -> bool:
    """Return whether oneDNN is clearly faster at fp32 products here, and as exact; measured once, in about 10 ms."""
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


def seconds_of_product(dtype: torch.dtype, attempts: int = 7) -> float:
    """Return the time of a product of the size that a small model has.

    It is the minimum of a few attempts, because noise only adds time.
    """
    rows, weight = _factors(dtype)
    seconds = []
    for _ in range(attempts):
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
