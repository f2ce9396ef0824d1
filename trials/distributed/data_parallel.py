"""Several processes that train one model, each on its part of every batch; their gradients are added up."""

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

PATIENCE = timedelta(days=7)
"""How long the others wait for the first one, which evaluates and writes meanwhile. Should it die, they die with it."""

LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo", "NCCL_SOCKET_IFNAME": "lo"}
"""All are processes of one machine."""


class Command(IntEnum):
    """What the first process tells the others to do with it, and with which number."""

    OVER = 0
    TRAIN = 1
    """On so many examples."""
    LOOK = 2
    """At the split, or the sample of it, that has so many texts."""
    MODEL = 3
    """Put the average of the weights together."""
    TENSORS = 4
    """Put all that training has made together."""


class Trainable(Protocol):
    """What a team needs of a trainer to bring all of its copies to where the first one is.

    `resumed` is what it goes on from, until its team has begun. Batches are computed in `parts`.
    """

    examples: int
    parts: MicroBatches
    resumed: Mapping[str, torch.Tensor] | None

    def tensors(self) -> dict[str, torch.Tensor]:
        """All that training has made so far, by name."""
        ...

    def beginning(self, model: PreTrainedModel) -> dict[str, torch.Tensor]:
        """What `tensors` gives before the first step, with the weights of `model`."""
        ...

    def resume(self, tensors: Mapping[str, torch.Tensor], examples: int) -> None:
        """Goes on from there."""
        ...


@dataclass(frozen=True)
class Rank:
    """A process's place in its team, of which `file` is what all can see. The first one has rank 0.

    The others tell it by their `line` that they are ready, or what is wrong.
    """

    rank: int
    size: int
    file: Path
    line: Connection | None = None


class SingleProcess:
    """One process that trains by itself."""

    def spread(self, model: PreTrainedModel) -> None:
        """All of the model stays here."""

    def begin(self, trainer: Trainable) -> None:
        """There is nobody to be told."""
        trainer.resumed = None

    def announce(self, order: Command, number: int = 0) -> None:
        """There is nobody to be told."""

    @property
    def looking(self) -> "SingleProcess":
        """Those who look at a split."""
        return self

    def mine(self, batch: Batch) -> Batch | None:
        """All of it."""
        return batch

    def fit(self, parts: MicroBatches, texts: int, compute: Callable[[int], T]) -> T:
        """What `compute` gives for a batch of `texts` texts, in as many parts as memory allows."""
        return parts.fit(texts, compute)

    def passes(self, batch: Batch, parts: int) -> Iterator[tuple[Batch, float]]:
        """The pieces of a batch that are computed one after another, and how much the gradients of each count."""
        return ((piece, 1.0) for piece in batch.split(parts))

    def together(self, looked: list[torch.Tensor], batch: Batch, parts: int) -> torch.Tensor:
        """What was computed of a batch, piece by piece, in the order of its texts."""
        return torch.cat(looked)

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """What there is is the sum."""
        return loss

    def whole(self, model: PreTrainedModel) -> PreTrainedModel:
        """The model, to be written."""
        return model

    def gathered(self, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """The tensors, to be written."""
        return tensors


class ProcessGroup(SingleProcess):
    """The same with others: whatever is called here must be called in all processes of the team, in the same order.

    Each has a copy of the model and of the optimizer, and makes the same steps. That is data parallelism as in Li et
    al., "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", 2020, with all gradients in one sum,
    since the models are small beside what a machine's GPUs exchange in a second.
    """

    def __init__(self, seat: Rank, device: torch.device) -> None:
        """Waits until all are there."""
        os.environ.update(LOOPBACK)
        if seat.line is not None:
            seat.line.send(None)
        self._seat = seat
        backend, place = "nccl" if device.type == "cuda" else "gloo", seat.file.as_uri()
        try:
            distributed.init_process_group(backend, place, PATIENCE, seat.size, seat.rank)
            self._words = distributed.new_group(backend="gloo", timeout=PATIENCE)
        except BaseException:
            abort()
            raise
        self._trained: list[bool] | None = None

    def begin(self, trainer: Trainable) -> None:
        """Brings the trainer of each process to where that of the first one is."""
        told = [({name: tensor.cpu() for name, tensor in trainer.tensors().items()}, trainer.examples)]
        distributed.broadcast_object_list(told, src=0, group=self._words)
        if self._seat.rank > 0:
            trainer.resume(*told[0])
        trainer.resumed = None

    def announce(self, order: Command, number: int = 0) -> None:
        """The first one tells the others what to do next."""
        if self._seat.rank == 0:
            self._said(order, number)

    def heard(self) -> tuple[Command, int]:
        """What the first one says to do next."""
        return self._said(Command.OVER, 0)

    @property
    def looking(self) -> SingleProcess:
        """The first one, which has the whole model."""
        return SingleProcess()

    def mine(self, batch: Batch) -> Batch | None:
        """This process's part of a batch; None where it has too few texts for all. The first one always has some."""
        parts = list(batch.split(self._seat.size))
        return parts[self._seat.rank] if self._seat.rank < len(parts) else None

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """Has each process hold the sum of all gradients, and gives that of all losses."""
        weights = list(model.parameters())
        if self._trained is None:
            told = [[weight.grad is not None for weight in weights]]
            distributed.broadcast_object_list(told, src=0, group=self._words)
            self._trained = told[0]
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
        """Ends the team in good order, which takes all of them."""
        distributed.destroy_process_group()

    def _said(self, order: Command, number: int) -> tuple[Command, int]:
        words = torch.tensor([order, number])
        distributed.broadcast(words, src=0, group=self._words)
        return Command(int(words[0])), int(words[1])


def abort() -> None:
    """Ends the team without the others, which may be gone. torch has no public way to."""
    with suppress(Exception):
        distributed.distributed_c10d._abort_process_group()
    with suppress(Exception):  # where nothing is to be aborted (gloo)
        distributed.destroy_process_group()
