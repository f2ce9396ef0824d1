"""The pool of GPUs: their discovery, the memory that a trial needs, and the allocation of shares."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.cluster.gpu.allocator import SHARES, Gpu, GpuAllocator, GpuShare
    from automl.cluster.gpu.devices import show_all_slices
    from automl.cluster.gpu.discovery import GpuDiscovery, fits_model, model_of
    from automl.cluster.gpu.memory_estimator import MemoryEstimator

__all__ = [
    "SHARES",
    "Gpu",
    "GpuAllocator",
    "GpuDiscovery",
    "GpuShare",
    "MemoryEstimator",
    "fits_model",
    "model_of",
    "show_all_slices",
]

__getattr__ = lazy_window(__name__)
