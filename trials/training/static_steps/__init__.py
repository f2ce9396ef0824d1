"""Training steps of a few fixed shapes whose data stay on the device, so that they can be CUDA graphs."""

from trials.training.static_steps.buckets import bucket_of, longest_bucket
from trials.training.static_steps.build import static_steps
from trials.training.static_steps.device_optimizer import DeviceOptimizer
from trials.training.static_steps.device_split import DeviceSplit
from trials.training.static_steps.look import look_from_device
from trials.training.static_steps.runner import StaticSteps

__all__ = [
    "DeviceOptimizer",
    "DeviceSplit",
    "StaticSteps",
    "bucket_of",
    "longest_bucket",
    "look_from_device",
    "static_steps",
]
