"""The Ray worker's end of the line to the process that trains for it."""

import os
import time
from contextlib import ExitStack
from multiprocessing.connection import Client, Connection

import psutil

from automl.worker.fork_server import ADDRESS_VARIABLE, fork_server
from automl.worker.messages import Begin, Leave, Next, Request
from trials.data.dataset import TrialData
from trials.record import TrialJob, TrialReport

CONNECT_SECONDS = 30.0
"""So long may a fork server take until it listens, which is the first thing that it does."""


class TrialProcessDied(Exception):
    """The process that trains has died: killed, for its memory as a rule."""


class TrialProcess:
    """A process that runs trials, one after another. It dies with this object's process.

    Where no fork server is at hand, as on another machine of a cluster, it brings one of its own.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._connection = self._connect()
        self._process = psutil.Process(self._connection.recv())
        self._data: TrialData | None = None

    @property
    def resident_bytes(self) -> int:
        """The memory that it holds."""
        held: int = self._process.memory_info().rss
        return held

    def begin(self, job: TrialJob, data: TrialData) -> None:
        """Makes a trial ready. The data are sent only if they are not those of the trial before."""
        is_new = data is not self._data
        self._ask(Begin(job, data if is_new else None, dict(os.environ)))
        self._data = data

    def next_report(self) -> TrialReport:
        """Has the trial run until its next report.

        Raises:
            CheckpointError: a model or a state could not be written.
            TrialProcessDied: it was killed.
        """
        answer = self._ask(Next())
        if isinstance(answer, TrialReport):
            return answer
        raise answer if isinstance(answer, BaseException) else TypeError(f"a report must come, not {answer!r}")

    def leave(self) -> None:
        """Leaves the trial where it is."""
        self._ask(Leave())

    def end(self) -> None:
        """Ends the process."""
        self._stack.close()

    def _connect(self) -> Connection:
        try:
            connection = _client(os.environ[ADDRESS_VARIABLE])
        except (KeyError, OSError):
            connection = _client(self._stack.enter_context(fork_server()))
        self._stack.callback(connection.close)
        return connection

    def _ask(self, request: Request) -> object:
        try:
            self._connection.send(request)
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise TrialProcessDied("the process that trained was killed") from error


def _client(address: str) -> Connection:
    deadline = time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            return Client(address, "AF_UNIX")
        except FileNotFoundError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
