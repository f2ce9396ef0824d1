import sys
from types import SimpleNamespace

import pytest
import torch

from trials.hardware.memory import (
    is_out_of_memory,
    keep_freed_memory,
    limit_memory,
    peak_memory_bytes,
    put_on,
    release_memory,
    reset_peak_memory,
    resident_bytes,
)

CPU, GPU = torch.device("cpu"), torch.device("cuda")
MIB = 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_freed_memory_stays_until_it_is_released() -> None:
    keep_freed_memory()
    release_memory()
    before = resident_bytes()
    blocks = [torch.ones(4 * MIB) for _ in range(10)]  # 160 MiB
    del blocks
    assert resident_bytes() - before > 100 * MIB
    release_memory()
    assert resident_bytes() - before < 40 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="the peak starts afresh on Linux only")
def test_the_peak_is_of_what_ran_since_the_last_reset() -> None:
    blocks = torch.ones(64 * MIB)
    high = peak_memory_bytes(CPU)
    del blocks
    release_memory()
    reset_peak_memory(CPU)
    low = peak_memory_bytes(CPU)
    assert high - low > 150 * MIB
    blocks = torch.ones(64 * MIB)
    assert peak_memory_bytes(CPU) - low > 150 * MIB
    del blocks


CAUSE = "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasGemmEx(handle, ...)`"


def test_memory_that_torch_cannot_get_is_recognised() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    for message in (
        "std::bad_alloc",
        "CUDA error: out of memory",
        "could not create a primitive",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "ncclUnhandledCudaError: Call to CUDA function failed.\nLast error:\nCuda failure 2 'out of memory'",
        "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
        "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasLtCreate(&handle)`",
        "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED",
        "CUDA driver error: out of memory",
        "Triton Error [CUDA]: out of memory",
        "ncclUnhandledCudaError: Last error:\nFailed to CUDA calloc 6291456 bytes",
        "ncclUnhandledCudaError: Last error:\nFailed to CUDA calloc async 608 bytes",
        "ncclUnhandledCudaError: Last error:\nFailed to CUDA host alloc 33554432 bytes",
    ):
        assert is_out_of_memory(RuntimeError(message))
    for message in ("shapes do not fit", "could not create a primitive descriptor for a matmul primitive", CAUSE):
        assert not is_out_of_memory(RuntimeError(message))
    assert not is_out_of_memory(ValueError("CUDA error: out of memory"))


def test_a_share_of_a_gpu_is_a_limit_below_it(monkeypatch):
    """By what torch asks for: no device, or one with a number."""
    limits = []
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", limits.append)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: SimpleNamespace(total_memory=16 * 10**9))
    for share in (0.5, None, 0.01):
        limit_memory(torch.device("cuda"), share)
    limit_memory(torch.device("cpu"), 0.5)
    assert limits == [pytest.approx(0.5 * 0.97 - 0.734 / 16, rel=1e-3), 1.0, 0.01]


class Refused(torch.nn.Linear):
    """A model that a GPU refuses, and a CPU takes."""

    why: Exception = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    def to(self, device: torch.device | str) -> "Refused":
        if torch.device(device).type != "cpu":
            raise self.why
        return super().to(device)


def test_a_model_that_no_gpu_can_hold_stays_on_the_processor() -> None:
    model = Refused(2, 2)
    assert put_on(model, GPU) == CPU
    assert put_on(model, CPU) == CPU
    assert {weight.device for weight in model.parameters()} == {CPU}
    model.why = RuntimeError("CUDA error: device-side assert triggered")
    with pytest.raises(RuntimeError, match="device-side"):
        put_on(model, GPU)
