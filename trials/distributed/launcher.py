"""The processes of a team: started for a trial, monitored, and ended with it."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path

import torch

from search_spaces import Point
from trials.data import EncodedDataset
from trials.distributed.data_parallel import Command, ProcessGroup, Rank, SingleProcess, abort
from trials.distributed.fsdp import FsdpGroup
from trials.errors import PretrainedError
from trials.hardware import be_called, copy_fits, die_with_parent, parts_in_shards, room_on
from trials.protocol import TrialJob

SECONDS_TO_END = 10.0
SECONDS_TO_REPORT = 3.0

PROCESS_NAME = b"automl-mate"
"""Process name of the other processes of a team, in `ps` and `top`."""

Follow = Callable[[Rank, TrialJob, EncodedDataset], None]
"""What the other processes of a team run until the first one ends the team."""


def in_shards_if_needed(job: TrialJob, point: Point, data: EncodedDataset, device: torch.device) -> TrialJob:
    """Return the job, with a sharded model if it has several GPUs and none can hold a copy.

    If the job is sharded already, only the number of batch parts is estimated.

    Args:
        job: the trial.
        point: its point.
        data: its data.
        device: the device of this process.
    """
    room = room_on(device)
    if job.processes == 1 or room is None:
        return job
    try:
        if not job.sharded and copy_fits(point, data.max_length, room):
            return job
        parts = parts_in_shards(point, data.max_length, job.processes, room)
    except PretrainedError:  # a checkpoint whose config does not give its sizes
        return job
    return replace(job, sharded=True, batch_parts=max(parts, job.batch_parts))


def join(seat: Rank, job: TrialJob, device: torch.device) -> ProcessGroup:
    """Join the team of a job; this waits until all processes have joined.

    Args:
        seat: rank of this process.
        job: the trial.
        device: the device of this process.
    """
    return FsdpGroup(seat, device) if job.sharded else ProcessGroup(seat, device)


@contextmanager
def team_of(job: TrialJob, data: EncodedDataset, device: torch.device, follow: Follow) -> Iterator[SingleProcess]:
    """Yield the team of a trial, of which this process is the first; the other processes end with the block.

    Args:
        job: the trial.
        data: its data.
        device: the device of this process.
        follow: what the other processes run.

    Raises:
        Exception: an error of another process, raised here by whatever waits for it.
    """
    if job.processes == 1:
        yield SingleProcess()
        return
    is_over, others = threading.Event(), list[_Follower]()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "team"
        try:
            for rank in range(1, job.processes):
                others.append(_Follower(follow, Rank(rank, job.processes, file), job, data))
            for other in others:
                other.wait_until_ready()
            threading.Thread(target=_watch, args=(others, is_over), name="team-watch", daemon=True).start()
            team = join(Rank(0, job.processes, file), job, device)
            yield team
            team.announce(Command.OVER)
            team.leave()
        except RuntimeError as error:  # a connection to one that ended, as a rule
            raise next(filter(None, (other.error() for other in others)), error) from error
        finally:
            is_over.set()
            failed = sys.exc_info()[0] is not None
            for other in others:  # they may be waiting for the first process, so it must not wait for them
                other.end(0.0 if failed else SECONDS_TO_END)
            if failed:
                abort()


class _Follower:
    """One of the other processes, as seen by the first one."""

    def __init__(self, follow: Follow, seat: Rank, job: TrialJob, data: EncodedDataset) -> None:
        # Forked from a server that has torch imported and has never used a GPU; it serves all teams.
        context = get_context("forkserver")
        context.set_forkserver_preload(["trials.workflows.follower"])
        self._receiver, sender = context.Pipe(duplex=False)
        arguments = follow, replace(seat, line=sender), job, data, dict(os.environ)
        self.process = context.Process(target=_other, args=arguments, daemon=True)
        self.process.start()
        sender.close()

    def wait_until_ready(self) -> None:
        """Wait until the process is about to join the team.

        Raises:
            RuntimeError: the process died.
            Exception: the error that it raised.
        """
        try:
            error: Exception | None = self._receiver.recv()
        except EOFError:
            raise RuntimeError("a process of the trial's group of processes died") from None
        if error is not None:
            raise error

    def error(self) -> Exception | None:
        """Return the error that ended the process; None if there is none."""
        with suppress(EOFError):
            if self._receiver.poll(SECONDS_TO_REPORT):
                error: Exception = self._receiver.recv()
                return error
        return None

    def end(self, timeout: float) -> None:
        """End the process, after at most `timeout` seconds."""
        self.process.join(timeout)
        self.process.kill()
        self.process.join()
        self._receiver.close()


def _other(follow: Follow, seat: Rank, job: TrialJob, data: EncodedDataset, environment: dict[str, str]) -> None:
    die_with_parent()
    be_called(PROCESS_NAME)
    os.environ.update(environment)  # the environment says which GPUs belong to which process
    try:
        follow(seat, job, data)
    except Exception as error:  # the first process reports it
        if seat.line is not None:
            seat.line.send(error)


def _watch(others: list[_Follower], is_over: threading.Event) -> None:
    """End the trial if another process ends too soon, because the first one may wait for it for ever.

    It aborts the team, and kills this process if that does not help.
    """
    wait([other.process.sentinel for other in others])
    if is_over.wait(SECONDS_TO_REPORT):
        return
    if torch.cuda.is_available():  # gloo raises by itself
        abort()
    if not is_over.wait(SECONDS_TO_END):
        os.kill(os.getpid(), signal.SIGKILL)
