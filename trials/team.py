"""Several processes that train one model, each on its part of every batch; their gradients are added up."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

import torch
from torch import distributed, nn

from trials.data.batches import Batch
from trials.data.dataset import EncodedDataset
from trials.prctl import die_with_parent
from trials.record import TrialJob

PATIENCE = timedelta(days=7)
"""How long the others wait for the first one, which evaluates and writes meanwhile. Should it die, they die with it."""

SECONDS_TO_END = 10.0
SECONDS_TO_HEAR = 3.0

LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo", "NCCL_SOCKET_IFNAME": "lo"}
"""All are processes of one machine."""

OVER = 0
"""What the others are told, in examples, when there is nothing more to train on."""


class Trainable(Protocol):
    """What a team needs of a trainer to bring all of its copies to where the first one is."""

    examples: int

    def tensors(self) -> dict[str, torch.Tensor]:
        """All that training has made so far, by name."""
        ...

    def resume(self, tensors: dict[str, torch.Tensor], examples: int) -> None:
        """Goes on from there."""
        ...


@dataclass(frozen=True)
class Seat:
    """A process's place in its team, of which `file` is what all can see. The first one has rank 0.

    The others tell it by their `line` that they are ready, or what is wrong.
    """

    rank: int
    size: int
    file: Path
    line: Connection | None = None


Follow = Callable[[Seat, TrialJob, EncodedDataset], None]
"""What a process other than the first one does, until it is told that all is over."""


class Alone:
    """One process that trains by itself."""

    def begin(self, trainer: Trainable) -> None:
        """There is nobody to be told."""

    def announce(self, examples: int) -> None:
        """There is nobody to be told."""

    def mine(self, batch: Batch) -> Batch | None:
        """All of it."""
        return batch

    def add_up(self, model: nn.Module, loss: torch.Tensor) -> torch.Tensor:
        """What there is is the sum."""
        return loss


class Team(Alone):
    """The same with others: whatever is called here must be called in all processes of the team, in the same order.

    Each has a copy of the model and of the optimizer, and makes the same steps. That is data parallelism as in Li et
    al., "PyTorch Distributed: Experiences on Accelerating Data Parallel Training", 2020, with all gradients in one sum,
    since the models are small beside what a machine's GPUs exchange in a second.
    """

    def __init__(self, seat: Seat, device: torch.device) -> None:
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
            _abort()
            raise
        self._trained: list[bool] | None = None

    def begin(self, trainer: Trainable) -> None:
        """Brings the trainer of each process to where that of the first one is."""
        told = [({name: tensor.cpu() for name, tensor in trainer.tensors().items()}, trainer.examples)]
        distributed.broadcast_object_list(told, src=0, group=self._words)
        if self._seat.rank > 0:
            trainer.resume(*told[0])

    def announce(self, examples: int) -> None:
        """The first one tells the others on how many examples to train next."""
        if self._seat.rank == 0:
            self._said(examples)

    def heard(self) -> int:
        """On how many examples the first one says to train next; `OVER` at the end."""
        return self._said(OVER)

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

    def _said(self, examples: int) -> int:
        number = torch.tensor(examples)
        distributed.broadcast(number, src=0, group=self._words)
        return int(number)


@contextmanager
def team_of(job: TrialJob, data: EncodedDataset, device: torch.device, follow: Follow) -> Iterator[Alone]:
    """The team of a trial's processes, of which this one is the first; the others run `follow`, and end with it.

    Raises:
        Exception: what another process has raised, from whatever waits for it here.
    """
    if job.processes == 1:
        yield Alone()
        return
    over, others = threading.Event(), list[_Other]()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "team"
        try:
            for rank in range(1, job.processes):
                others.append(_Other(follow, Seat(rank, job.processes, file), job, data))
            for other in others:
                other.wait_until_ready()
            threading.Thread(target=_watch, args=(others, over), name="team-watch", daemon=True).start()
            team = Team(Seat(0, job.processes, file), device)
            yield team
            team.announce(OVER)
            team.leave()
        except RuntimeError as error:  # a connection to one that ended, as a rule
            raise next(filter(None, (other.error() for other in others)), error) from error
        finally:
            over.set()
            failed = sys.exc_info()[0] is not None
            for other in others:  # they wait for the first one, which must not wait for them
                other.end(0.0 if failed else SECONDS_TO_END)
            if failed:
                _abort()


class _Other:
    """One of the other processes, as the first one has it."""

    def __init__(self, follow: Follow, seat: Seat, job: TrialJob, data: EncodedDataset) -> None:
        context = get_context("spawn")
        self._line, its = context.Pipe(duplex=False)
        given = follow, replace(seat, line=its), job, data
        self.process = context.Process(target=_other, args=given, daemon=True)
        self.process.start()
        its.close()

    def wait_until_ready(self) -> None:
        """Returns once it is about to join the team.

        Raises:
            RuntimeError: it died.
            Exception: what it raised.
        """
        try:
            error: Exception | None = self._line.recv()
        except EOFError:
            raise RuntimeError("a process that was to train with others has died") from None
        if error is not None:
            raise error

    def error(self) -> Exception | None:
        """What it has raised, if that was its end."""
        with suppress(EOFError):
            if self._line.poll(SECONDS_TO_HEAR):
                error: Exception = self._line.recv()
                return error
        return None

    def end(self, patience: float) -> None:
        """Ends it, at the latest after so many seconds."""
        self.process.join(patience)
        self.process.kill()
        self.process.join()
        self._line.close()


def _other(follow: Follow, seat: Seat, job: TrialJob, data: EncodedDataset) -> None:
    die_with_parent()
    try:
        follow(seat, job, data)
    except Exception as error:  # it is the first process that has to tell of it
        if seat.line is not None:
            seat.line.send(error)


def _watch(others: list[_Other], over: threading.Event) -> None:
    """Where one has ended too soon, the first one may wait for it for ever: then its wait is ended, or else itself."""
    wait([other.process.sentinel for other in others])
    if over.wait(SECONDS_TO_HEAR):
        return
    if torch.cuda.is_available():  # gloo raises by itself
        _abort()
    if not over.wait(SECONDS_TO_END):
        os.kill(os.getpid(), signal.SIGKILL)


def _abort() -> None:
    """Ends the team without the others, which may be gone. torch has no public way to."""
    with suppress(Exception):
        distributed.distributed_c10d._abort_process_group()
    with suppress(Exception):  # where nothing is to be aborted (gloo)
        distributed.destroy_process_group()
