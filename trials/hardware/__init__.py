"""The device: its memory, its number formats, and how a trial fits into it."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.hardware.fp16_scale import loss_scale, resume_scale, tensors_of_scale
    from trials.hardware.matmul_backend import fast_products, use_fast_products
    from trials.hardware.memory import (
        is_out_of_memory,
        keep_freed_memory,
        limit_memory,
        peak_memory_bytes,
        put_on,
        release_memory,
        reset_peak_memory,
        resident_bytes,
        room_on,
    )
    from trials.hardware.memory_estimate import (
        CONTEXT_BYTES,
        FIRST_MARGIN,
        MOST_OF_A_GPU,
        copy_fits,
        footprint_of,
        least_in_shards,
        parts_in_shards,
    )
    from trials.hardware.micro_batches import MicroBatches
    from trials.hardware.precision import choose_device, choose_precision, described_format, set_gpu_products
    from trials.hardware.process_control import be_called, die_with_parent
    from trials.hardware.process_settings import set_up_process
    from trials.hardware.transfer import send

__all__ = [
    "CONTEXT_BYTES",
    "FIRST_MARGIN",
    "MOST_OF_A_GPU",
    "MicroBatches",
    "be_called",
    "choose_device",
    "choose_precision",
    "copy_fits",
    "described_format",
    "die_with_parent",
    "fast_products",
    "footprint_of",
    "is_out_of_memory",
    "keep_freed_memory",
    "least_in_shards",
    "limit_memory",
    "loss_scale",
    "parts_in_shards",
    "peak_memory_bytes",
    "put_on",
    "release_memory",
    "reset_peak_memory",
    "resident_bytes",
    "resume_scale",
    "room_on",
    "send",
    "set_gpu_products",
    "set_up_process",
    "tensors_of_scale",
    "use_fast_products",
]

__getattr__ = lazy_window(__name__)
