"""Choice of the device and the number format of a trial."""

from functools import cache

import torch

from trials.hardware.matmul_backend import fast_products, seconds_of_product

PRECISIONS = ("auto", "fp32", "bf16")

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


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """Return the format to compute in: `torch.float32`, or `torch.bfloat16` for large products (weights stay in fp32).

    Args:
        name: one of `PRECISIONS`. "auto" is bf16 if it is native and faster: on a GPU that has it, and on a CPU if
            a short measurement finds it clearly faster. GPUs that only emulate bf16 compute in fp32.
        device: the device.

    Raises:
        ValueError: `name` is not one of `PRECISIONS`.
    """
    if name not in PRECISIONS:
        raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not {name!r}")
    if name == "auto":
        pays = _gpu_has_bf16() if device.type == "cuda" else bf16_pays_on_cpu()
        return torch.bfloat16 if pays else torch.float32
    return torch.bfloat16 if name == "bf16" else torch.float32


def set_gpu_products() -> None:
    """Compute true fp32 on a GPU, and disable cuDNN's attention.

    TF32 would round the factors of a product to 10 bits, so "fp32" would differ from a CPU's in the third digit.
    cuDNN's attention, which torch prefers on an H100, makes a plan for each new shape, at 5 to 11 times the cost of a
    step.
    """
    torch.backends.cuda.matmul.fp32_precision = "ieee"
    torch.backends.cuda.enable_cudnn_sdp(False)


def _gpu_has_bf16() -> bool:
    return bool(torch.cuda.is_bf16_supported(including_emulation=False))


@cache
def bf16_pays_on_cpu() -> bool:
    """Return whether products in bf16 are clearly faster than the fastest in fp32; measured once, in about 10 ms."""
    with fast_products():
        return seconds_of_product(torch.bfloat16) < CLEARLY_FASTER * seconds_of_product(torch.float32)
