"""Choice of the library that multiplies fp32 matrices on this CPU: MKL, which torch uses by default, or oneDNN.

MKL uses its best kernels only on Intel's processors. On an AMD EPYC with AVX-512, oneDNN was 2.4 times as fast, with
the same result.
"""

import time
from collections.abc import Callable, Iterator
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
    """Return whether oneDNN is clearly faster at fp32 products here, and as exact; measured once, in about 20 ms."""
    rows, weight = factors(torch.float32)
    before = SETTING.fp32_precision

    def product(library: str) -> torch.Tensor:
        _multiply_by(library)
        return torch.mm(rows, weight)

    usual, other = product(USUAL), product(ONEDNN)
    usual_seconds, other_seconds = least_seconds(lambda: product(USUAL), lambda: product(ONEDNN))
    _multiply_by(before)
    exact = bool((other - usual).abs().max() <= ROUNDING * usual.abs().max())
    return exact and other_seconds < CLEARLY_FASTER * usual_seconds


def least_seconds(*products: Callable[[], object], attempts: int = 9) -> list[float]:
    """Return the least seconds that each product takes on one thread, so that all processes of a machine agree.

    Noise only adds time, and products take turns, so that it meets all alike. Of several threads the slowest counts,
    and beside other work that is the one that waits for a core, whatever it computes.

    Args:
        products: they compute a product each.
        attempts: how often each is computed.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        taken = [[_seconds_of(product) for product in products] for _ in range(attempts)]
    finally:
        torch.set_num_threads(threads)
    return [min(each) for each in zip(*taken, strict=True)]


def factors(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two factors of a product of the size that a small model has, always the same."""
    generator = torch.Generator().manual_seed(0)
    rows, weight = (torch.randn(shape, generator=generator).to(dtype) for shape in ((1024, 128), (128, 384)))
    return rows, weight


def _seconds_of(product: Callable[[], object]) -> float:
    started = time.perf_counter()
    product()
    return time.perf_counter() - started


def _multiply_by(library: str) -> None:
    SETTING.fp32_precision = library
