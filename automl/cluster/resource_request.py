"""What a user wants of the machines that trials run on."""

from dataclasses import dataclass

MODEL_MARK = "accelerator_type:"
"""How the resource begins by which Ray marks a node with its model of GPU."""


@dataclass(frozen=True)
class ResourceRequest:
    """Each None is to be found out: as many slots as there is room for, and GPUs as each trial needs them.

    A trial gets `cpus` cores and `gpus` GPUs, of the model `gpu_model` if one is named, as Ray calls it. `gpu_bytes` is
    the memory of a GPU, which is else asked for.
    """

    slots: int | None = None
    cpus: float = 1.0
    gpus: float | None = None
    gpu_bytes: int | None = None
    gpu_model: str | None = None
