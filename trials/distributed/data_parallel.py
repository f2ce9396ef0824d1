"""Several processes train one model, each on its part of every batch; their gradients are summed."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import distributed, nn
from transformers import PreTrainedModel

from trials.data.encoding import Batch
from trials.hardware import MicroBatches

T = TypeVar("T")

TIMEOUT = timedelta(days=7)
"""How long processes wait for the first one, which evaluates and writes; if it dies, they are killed."""

LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo", "NCCL_SOCKET_IFNAME": "lo"}
"""Network interfaces; all processes run on one machine."""


class Command(IntEnum):
    """Commands of the first process to the others, each with a number."""

    OVER = 0
    TRAIN = 1
    """Train; the number is that of the examples."""
    PREDICT = 2
    """Predict for the validation split, or the sample of it, with this number of texts."""
    MODEL = 3
    """Gather the averaged weights."""
    TENSORS = 4
    """Gather the training state."""


class Trainable(Protocol):
    """The interface of a trainer that a team uses to bring all copies to the state of the first one.

    Attributes:
        examples: training examples so far.
        parts: number of parts in which batches are computed.
        resumed: the state from which it resumes; None once its team has begun.
    """

    examples: int
    parts: MicroBatches
    resumed: Mapping[str, torch.Tensor] | None

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return the whole training state by name."""
        ...

    def beginning(self, model: PreTrainedModel) -> dict[str, torch.Tensor]:
        """Return what `tensors` gives before the first step, with the weights of `model`."""
        ...

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Continue from this state."""
        ...


@dataclass(frozen=True)
class Rank:
    """The place of a process in its team.

    Attributes:
        rank: index of the process; the first one has 0.
        size: number of processes.
        file: a path that all of them can access, for the rendezvous.
        line: connection on which another process reports to the first one that it is ready, or its error; else None.
    """

    rank: int
    size: int
    file: Path
    line: Connection | None = None


class SingleProcess:
    """A team of one process."""

    def spread(self, model: PreTrainedModel) -> None:
        """Distribute `model` over the processes; here, nothing to do."""

    def begin(self, trainer: Trainable) -> None:
        """Bring all processes to the state of `trainer`; here, only end its resumption."""
        trainer.resumed = None

    def announce(self, order: Command, number: int = 0) -> None:
        """Send a command to the other processes; here, nothing to do.

        Args:
            order: the command.
            number: its number, as `Command` explains.
        """

    @property
    def predicting(self) -> "SingleProcess":
        """The processes that predict for a split."""
        return self

    def mine(self, batch: Batch) -> Batch | None:
        """Return this process's part of `batch`, here all of it; None if there is no part for it."""
        return batch

    def fit(self, parts: MicroBatches, texts: int, compute: Callable[[int], T]) -> T:
        """Return what `compute` returns for a batch, computed in as many parts as memory requires.

        Args:
            parts: the current number of parts, which grows if memory runs out.
            texts: texts in the batch.
            compute: is called with the number of parts.
        """
        return parts.fit(texts, compute)

    def passes(self, batch: Batch, parts: int) -> Iterator[tuple[Batch, float]]:
        """Return the pieces of a batch that are computed one after another, each with the factor of its gradients.

        Args:
            batch: this process's part of a batch.
            parts: largest number of pieces.
        """
        return ((piece, 1.0) for piece in batch.split(parts))

    def together(self, outputs: list[torch.Tensor], batch: Batch, parts: int) -> torch.Tensor:
        """Concatenate what was computed for a batch, in the order of its texts.

        Args:
            outputs: the results of this process's pieces.
            batch: the whole batch.
            parts: number of parts in which it was computed.
        """
        return torch.cat(outputs)

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """Sum gradients and loss over the processes, and return the loss; here, the sum is that of one process.

        Args:
            model: the model, whose gradients are summed in place.
            loss: this process's share of the loss.
        """
        return loss

    def whole(self, model: PreTrainedModel) -> PreTrainedModel:
        """Return `model` for writing, with all of its weights."""
        return model

    def gathered(self, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return `tensors` for writing, each of them whole."""
        return tensors


class ProcessGroup(SingleProcess):
    """A team of several processes; each method must be called in all of them, in the same order.

    Each process has a copy of the model and of the optimizer, and makes the same steps. That is data parallelism as in
    Li et al., "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", 2020, with all gradients in
    one sum, because the models are small compared with the bandwidth between the GPUs of a machine.
    """

    def __init__(self, seat: Rank, device: torch.device) -> None:
        """Join the team; this waits until all processes have joined."""
        os.environ.update(LOOPBACK)
        if seat.line is not None:
            seat.line.send(None)
        self._seat = seat
        backend, address = "nccl" if device.type == "cuda" else "gloo", seat.file.as_uri()
        try:
            distributed.init_process_group(backend, address, TIMEOUT, seat.size, seat.rank)
            self._gloo = distributed.new_group(backend="gloo", timeout=TIMEOUT)
        except BaseException:
            abort()
            raise
        self._trained: list[bool] | None = None

    def begin(self, trainer: Trainable) -> None:
        """Bring the trainer of each process to the state of the first one."""
        shared = [({name: tensor.cpu() for name, tensor in trainer.tensors().items()}, trainer.examples)]
        distributed.broadcast_object_list(shared, src=0, group=self._gloo)
        if self._seat.rank > 0:
            trainer.resume(*shared[0])
        trainer.resumed = None

    def announce(self, order: Command, number: int = 0) -> None:
        """Send the next command from the first process to the others."""
        if self._seat.rank == 0:
            self._broadcast(order, number)

    def receive(self) -> tuple[Command, int]:
        """Return the next command of the first process."""
        return self._broadcast(Command.OVER, 0)

    @property
    def predicting(self) -> SingleProcess:
        """The first process alone, because it has the whole model."""
        return SingleProcess()

    def mine(self, batch: Batch) -> Batch | None:
        """Return this process's part of a batch; None if it has too few texts. The first process always has a part."""
        parts = list(batch.split(self._seat.size))
        return parts[self._seat.rank] if self._seat.rank < len(parts) else None

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """Sum all gradients in every process, and return the sum of the losses."""
        weights = list(model.parameters())
        if self._trained is None:
            shared = [[weight.grad is not None for weight in weights]]
            distributed.broadcast_object_list(shared, src=0, group=self._gloo)
            self._trained = shared[0]
        trained = [weight for weight, is_trained in zip(weights, self._trained, strict=True) if is_trained]
        pieces = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in trained]
        flat = torch.cat([loss.reshape(1), *(piece.reshape(-1) for piece in pieces)])
        distributed.all_reduce(flat)
        at = 1
        for weight, piece in zip(trained, pieces, strict=True):
            weight.grad = piece.copy_(flat[at : at + piece.numel()].view_as(piece))
            at += piece.numel()
        return flat[0]

    def leave(self) -> None:
        """Shut the team down in order; all processes must call it."""
        distributed.destroy_process_group()

    def _broadcast(self, order: Command, number: int) -> tuple[Command, int]:
        message = torch.tensor([order, number])
        distributed.broadcast(message, src=0, group=self._gloo)
        return Command(int(message[0])), int(message[1])


def abort() -> None:
    """End the team without the others, which may be gone. torch has no public function for this."""
    with suppress(Exception):
        distributed.distributed_c10d._abort_process_group()
    with suppress(Exception):  # gloo has nothing to abort
        distributed.destroy_process_group()
