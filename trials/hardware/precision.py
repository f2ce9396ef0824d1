"""Choice of the device and the number format of a trial."""

from functools import cache

import torch

from trials.hardware.matmul_backend import factors, fast_products, least_seconds

PRECISIONS = ("auto", "fp32", "bf16")

FAST_FP16 = 7, 0
"""Compute capability from which GPUs have tensor cores, which multiply in fp16 many times as fast as in fp32."""

CLEARLY_FASTER = 0.7
"""Share of the time of fp32 that a product in bf16 must stay below: numbers must be converted, too, and with a smaller
difference each process would choose by chance.
"""


def choose_device(name: str) -> torch.device:
    """Return the device for `name`; "auto" is the first GPU, else the CPU.

    Raises:
        ValueError: CUDA was requested by name, and torch finds none.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"the device {name!r} needs a GPU that torch can see; choose 'cpu' or 'auto'")
    return device


def choose_precision(name: str, device: torch.device, *, scales: bool = False) -> torch.dtype:
    """Return the format of large products; weights and all else stay in fp32.

    Args:
        name: one of `PRECISIONS`. "auto" is bf16 if it is native and faster: on a GPU that has it, and on a CPU if
            a short measurement finds it clearly faster. A GPU that only emulates bf16 computes in fp16 if it has
            tensor cores and the caller `scales`, else in fp32.
        device: the device.
        scales: whether the caller scales its loss (`loss_scale`), as fp16 needs it.

    Raises:
        ValueError: `name` is not one of `PRECISIONS`.
    """
    if name not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not {name!r}")
    if name == "auto":
        if device.type == "cuda":
            return _of_gpu(device, scales=scales)
        return torch.bfloat16 if bf16_pays_on_cpu() else torch.float32
    return torch.bfloat16 if name == "bf16" else torch.float32


def set_gpu_products() -> None:
    """Compute true fp32 on a GPU, and disable cuDNN's attention.

    TF32 would round the factors of a product to 10 bits, so "fp32" would differ from a CPU's in the third digit.
    cuDNN's attention, which torch prefers on an H100, makes a plan for each new shape, at 5 to 11 times the cost of a
    step.
    """
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    torch.backends.cuda.enable_cudnn_sdp(False)


def described_format(dtype: torch.dtype, device: torch.device) -> str:
    """Return the name of a format, for the user.

    Args:
        dtype: format of large products.
        device: where they are computed.
    """
    if dtype is not torch.float32:
        return "bf16" if dtype is torch.bfloat16 else "fp16"
    return "fp32, TF32 off" if device.type == "cuda" else "fp32"


def _of_gpu(device: torch.device, *, scales: bool) -> torch.dtype:
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float16 if scales and torch.cuda.get_device_capability(device) >= FAST_FP16 else torch.float32


@cache
def bf16_pays_on_cpu() -> bool:
    """Return whether products in bf16 are clearly faster than the fastest in fp32; measured once, in about 20 ms."""
    half, full = factors(torch.bfloat16), factors(torch.float32)
    with fast_products():
        half_seconds, full_seconds = least_seconds(lambda: torch.mm(*half), lambda: torch.mm(*full))
    return half_seconds < CLEARLY_FASTER * full_seconds
