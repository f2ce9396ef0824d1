"""What a trial has cost so far."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn

from trials.hardware import MicroBatches, peak_memory_bytes, reset_peak_memory
from trials.protocol import Cost


class CostMeter:
    """Runs from the moment it is made. Until `watch`, a trial has no parameters and counts the process's memory."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._device = torch.device("cpu")
        self._parts = MicroBatches()
        self._parameters = 0
        self._examples = 0
        self._training_seconds = 0.0
        self._earlier_peak = 0
        self._shared_seconds = 0.0
        self._pretraining_loss: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds since the trial began, without those between two tries."""
        return time.perf_counter() - self._started

    def watch(self, device: torch.device, parts: MicroBatches) -> None:
        """Counts memory on `device`, afresh, and notes in how many `parts` batches are computed."""
        self._device = device
        self._parts = parts
        reset_peak_memory(device)

    def count_parameters(self, model: nn.Module) -> None:
        """Notes the size of the model."""
        self.count(sum(parameter.numel() for parameter in model.parameters()))

    def count(self, parameters: int) -> None:
        """Notes how many parameters the model has."""
        self._parameters = parameters

    def share(self, seconds: float) -> None:
        """Notes that so many seconds went into what other trials use again."""
        self._shared_seconds += seconds

    def note_pretraining(self, loss: float) -> None:
        """Notes the loss that a self-supervised stage ended with."""
        self._pretraining_loss = loss

    @contextmanager
    def training(self, examples: int) -> Iterator[None]:
        """Times a piece of training on `examples` examples; nothing is counted if it fails."""
        started = time.perf_counter()
        yield
        self._training_seconds += time.perf_counter() - started
        self._examples += examples

    def so_far(self) -> Cost:
        """The cost up to now."""
        return Cost(
            seconds=self.seconds,
            examples=self._examples,
            examples_per_second=self._examples / self._training_seconds if self._examples else 0.0,
            parameters=self._parameters,
            peak_memory_bytes=self._peak(),
            batch_parts=self._parts.count,
            shared_seconds=self._shared_seconds,
            pretraining_loss=self._pretraining_loss,
        )

    def counted(self) -> dict[str, float]:
        """What `resume` needs, to count on from here."""
        return {
            "seconds": self.seconds,
            "examples": self._examples,
            "training_seconds": self._training_seconds,
            "peak_memory_bytes": self._peak(),
            "shared_seconds": self._shared_seconds,
        }

    def resume(self, counted: Mapping[str, float]) -> None:
        """Adds what an earlier try of the trial had `counted`."""
        self._started -= counted["seconds"]
        self._examples += int(counted["examples"])
        self._training_seconds += counted["training_seconds"]
        self._earlier_peak = int(counted["peak_memory_bytes"])
        self._shared_seconds += counted.get("shared_seconds", 0.0)

    def _peak(self) -> int:
        return max(self._earlier_peak, peak_memory_bytes(self._device))
