"""Measures what a trial has cost so far."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn

from trials.hardware import MicroBatches, described_format, peak_memory_bytes, reset_peak_memory
from trials.protocol import Cost
from trials.training.shared_clock import SharedClock


class CostMeter:
    """Measures time and examples from its creation on, and peak memory of a device from `watch` on."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._device: torch.device | None = None
        self._parts = MicroBatches()
        self._parameters = 0
        self._examples = 0
        self._training_seconds = 0.0
        self._earlier_peak = 0
        self._clock: SharedClock | None = None
        self._begun = self._started
        self._part_before = 0.0
        self._earlier_own = 0.0
        self._shared_seconds = 0.0
        self._pretraining_loss: float | None = None
        self._eager_because = ""
        self._number_format = ""
        self._held_bytes = 0

    @property
    def seconds(self) -> float:
        """Seconds since the trial began, without the time between two attempts."""
        return time.perf_counter() - self._started

    @property
    def own_seconds(self) -> float:
        """Seconds since the trial began, each divided among the trials that shared the process then."""
        if self._clock is None:
            return self._earlier_own + time.perf_counter() - self._begun
        return self._earlier_own + self._clock.part - self._part_before

    def divide(self, clock: SharedClock) -> None:
        """Divide time and memory from now on among the trials that `clock` counts."""
        self._clock, self._part_before = clock, clock.part

    def watch(self, device: torch.device, parts: MicroBatches, dtype: torch.dtype | None = None) -> None:
        """Restart the measurement of peak memory.

        Args:
            device: the device whose memory counts.
            parts: number of parts in which batches are computed; read again in each `so_far`.
            dtype: format of large products; None for a model without any.
        """
        self._number_format = "" if dtype is None else described_format(dtype, device)
        self._device = device
        self._parts = parts
        reset_peak_memory(device)

    def count_parameters(self, model: nn.Module) -> None:
        """Record the number of parameters of `model`."""
        self.count(sum(parameter.numel() for parameter in model.parameters()))

    def count(self, parameters: int) -> None:
        """Record the number of `parameters` of the model."""
        self._parameters = parameters

    def share(self, seconds: float) -> None:
        """Add `seconds` to the time that went into what other trials reuse."""
        self._shared_seconds += seconds

    def note_pretraining(self, loss: float) -> None:
        """Record the final `loss` of the self-supervised stage."""
        self._pretraining_loss = loss

    def note_steps(self, eager_because: str, held_bytes: int) -> None:
        """Record how training steps run on a GPU.

        Args:
            eager_because: why they are not CUDA graphs; empty if they are.
            held_bytes: memory that graphs and all else that stays took together; part of it is in no tensor.
        """
        self._eager_because = eager_because
        self._held_bytes = max(self._held_bytes, held_bytes)

    @contextmanager
    def training(self, examples: int) -> Iterator[None]:
        """Time a block that trains on `examples` examples; nothing is counted if it fails."""
        started = time.perf_counter()
        yield
        self._training_seconds += time.perf_counter() - started
        self._examples += examples

    def so_far(self) -> Cost:
        """Return the cost up to now."""
        return Cost(
            seconds=self.seconds,
            examples=self._examples,
            examples_per_second=self._examples / self._training_seconds if self._examples else 0.0,
            parameters=self._parameters,
            peak_memory_bytes=self._peak(),
            batch_parts=self._parts.count,
            shared_seconds=self._shared_seconds,
            pretraining_loss=self._pretraining_loss,
            eager_because=self._eager_because,
            number_format=self._number_format,
            members=1.0 if self._clock is None and not self._earlier_own else self._members(),
        )

    def counted(self) -> dict[str, float]:
        """Return the counters, from which `resume` continues."""
        return {
            "seconds": self.seconds,
            "examples": self._examples,
            "training_seconds": self._training_seconds,
            "peak_memory_bytes": self._peak(),
            "shared_seconds": self._shared_seconds,
            "own_seconds": self.own_seconds,
        }

    def resume(self, counted: Mapping[str, float]) -> None:
        """Add the counters of an earlier attempt of the trial, as its `counted` returned them."""
        self._started -= counted["seconds"]
        self._examples += int(counted["examples"])
        self._training_seconds += counted["training_seconds"]
        self._earlier_peak = int(counted["peak_memory_bytes"])
        self._shared_seconds += counted.get("shared_seconds", 0.0)
        self._earlier_own += counted.get("own_seconds", counted["seconds"])

    def _members(self) -> float:
        """Return the mean number of trials that shared the time of this one."""
        own = self.own_seconds
        return max(1.0, self.seconds / own) if own > 0 else 1.0

    def _peak(self) -> int:
        now = 0 if self._device is None else peak_memory_bytes(self._device)
        return max(self._earlier_peak, self._held_bytes, now // (1 if self._clock is None else self._clock.count))
