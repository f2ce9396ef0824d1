"""The resources that the user requests for trials."""

from dataclasses import dataclass

MODEL_MARK = "accelerator_type:"
"""Prefix of the resource by which Ray marks a node with its model of GPU."""


@dataclass(frozen=True)
class ResourceRequest:
    """The resources that the user requests for trials.

    Attributes:
        slots: trials that run in parallel; None for as many as fit.
        cpus: cores of each trial.
        gpus: GPUs of each trial, which may be a fraction; None for as much as its memory needs.
        gpu_bytes: memory of a GPU in bytes; None to query the nodes.
        gpu_model: model of GPU, by Ray's name; None for any model.
    """

    slots: int | None = None
    cpus: float = 1.0
    gpus: float | None = None
    gpu_bytes: int | None = None
    gpu_model: str | None = None
