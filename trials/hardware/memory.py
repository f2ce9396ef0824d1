"""Memory of a worker process that runs one trial after another: kept during a trial, and released after it."""

import ctypes
import gc
import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import torch
from torch import nn

from trials.hardware.memory_estimate import CONTEXT_BYTES, MOST_OF_A_GPU

# From glibc's malloc.h.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
KEPT_BYTES = 2**30

SMALLEST_SHARE = 0.01

# torch raises plain RuntimeErrors for these. The third line has what cuBLAS and cuDNN say when memory is short for
# their handles, the sixth the messages of NCCL. oneDNN has the last message when it lacks memory for a primitive that
# it has described already.
OUT_OF_MEMORY = re.compile(
    r"DefaultCPUAllocator: (can't allocate|not enough) memory|std::bad_alloc|CUDA( driver)? error: out of memory"
    r"|Triton Error \[CUDA\]: out of memory"
    r"|CUBLAS_STATUS_NOT_INITIALIZED when calling `cublas\w*Create|CUDNN_STATUS_NOT_INITIALIZED"
    r"|CU(BLAS|SOLVER|SPARSE|DNN)_STATUS_(ALLOC_FAILED|INSUFFICIENT_RESOURCES)|CUDA_ERROR_OUT_OF_MEMORY"
    r"|CUDNN_STATUS_INTERNAL_ERROR_(HOST|DEVICE)_ALLOCATION_FAILED"
    r"|Cuda failure( \d+)? '?out of memory|Failed to CUDA (host )?(c|m)?alloc"
    r"|could not create a primitive$",
    re.MULTILINE,
)


def keep_freed_memory() -> None:
    """Keep freed memory in the process, to be reused by the next training step.

    By default, glibc returns every large tensor to the system and requests new pages for the next one, which made a
    small model on a CPU core about 10% slower. `release_memory` returns everything when a trial ends.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        libc.mallopt(M_MMAP_THRESHOLD, KEPT_BYTES)


def release_memory() -> None:
    """Return the memory of the last trial to the system and the GPU; its model must be unreachable already."""
    gc.collect()
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def limit_memory(device: torch.device, share: float | None) -> None:
    """Limit the GPU memory of this process, so that it runs out of memory before other processes do.

    The limit applies to tensors, so it is reduced by what CUDA itself needs.

    Args:
        device: the device; nothing happens on a CPU.
        share: share of the GPU's memory, in (0, 1]; None removes the limit.
    """
    if device.type != "cuda":
        return
    if share is None:
        torch.cuda.set_per_process_memory_fraction(1.0)
        return
    beside = CONTEXT_BYTES / torch.cuda.get_device_properties(torch.cuda.current_device()).total_memory
    torch.cuda.set_per_process_memory_fraction(max(SMALLEST_SHARE, share * MOST_OF_A_GPU - beside))


def put_on(model: nn.Module, device: torch.device) -> torch.device:
    """Move a model to a device, or to the CPU if the device lacks memory.

    Args:
        model: the model, which is moved in place.
        device: the requested device.

    Returns:
        The device that the model is on.
    """
    try:
        model.to(device)
    except Exception as error:
        if device.type == "cpu" or not is_out_of_memory(error):
            raise
    else:
        return device
    model.to("cpu")
    release_memory()
    return torch.device("cpu")


def room_on(device: torch.device) -> int | None:
    """Return the bytes that a process alone on `device` may fill with tensors; None on a CPU, which has no limit."""
    if device.type != "cuda":
        return None
    return round(MOST_OF_A_GPU * torch.cuda.get_device_properties(device).total_memory) - CONTEXT_BYTES


def resident_bytes() -> int:
    """Return the memory that this process holds now, in bytes; it grows if trials leak memory."""
    return int(psutil.Process().memory_info().rss)


def reset_peak_memory(device: torch.device) -> None:
    """Restart the count of peak memory of `device`, if the system can (CUDA, Linux)."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    elif sys.platform == "linux":
        # "5" resets the peak resident size: proc_pid_clear_refs(5).
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")


def peak_memory_bytes(device: torch.device) -> int:
    """Return the peak memory since the last reset, in bytes: of `device` for CUDA, else of the whole process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415  (not on Windows)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether `error` means that memory ran out, on the device or in the process."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and OUT_OF_MEMORY.search(str(error)) is not None


@cache
def _glibc() -> ctypes.CDLL | None:
    """Return the C library if it is glibc; other libraries do not have these functions."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
