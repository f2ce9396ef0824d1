"""Where a trial computes, and in which number format."""

import time
from collections.abc import Callable
from functools import cache
from statistics import median

import torch
from torch import nn

PRECISIONS = ("auto", "fp32", "bf16")

CLEARLY_FASTER = 0.9
"""bf16 must take less than this share of the time of fp32: a narrow win would be chosen by chance, run by run."""


def choose_device(name: str) -> torch.device:
    """The device for `name`; "auto" is the first GPU, else the CPU.

    Raises:
        ValueError: CUDA was asked for by name, and torch sees none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"the device {name!r} needs a GPU that torch can see; choose 'cpu' or 'auto'")
    return device


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """The format to compute in: `torch.float32`, or `torch.bfloat16` for autocast (weights stay in fp32).

    "auto" is bf16 where it is native and pays: on a GPU that supports it, and on a CPU where a short measurement finds
    it clearly faster (true with AMX; without, it was slower).

    Raises:
        ValueError: `name` is not one of `PRECISIONS`.
    """
    if name not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not {name!r}")
    if name == "auto":
        pays = torch.cuda.is_bf16_supported() if device.type == "cuda" else bf16_pays_on_cpu()
        return torch.bfloat16 if pays else torch.float32
    return torch.bfloat16 if name == "bf16" else torch.float32


@cache
def bf16_pays_on_cpu() -> bool:
    """Whether bf16 autocast clearly beats fp32 on this process's threads; measured once, some 50 ms."""
    with torch.random.fork_rng(devices=[]):
        layers = nn.Sequential(nn.Linear(128, 256), nn.GELU(), nn.Linear(256, 128))
        rows = torch.randn(1024, 128)

    def step(dtype: torch.dtype) -> None:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype is torch.bfloat16):
            outputs = layers(rows)
        outputs.float().sum().backward()

    fp32, bf16 = _median_seconds(lambda: step(torch.float32)), _median_seconds(lambda: step(torch.bfloat16))
    return bf16 < CLEARLY_FASTER * fp32


def _median_seconds(work: Callable[[], None], repeats: int = 5) -> float:
    work()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return median(seconds)
