"""Client of the fork server: a connection to a forked process that has torch imported."""

import os
import time
from contextlib import ExitStack
from multiprocessing.connection import Client, Connection

import psutil

from automl.core import WorkspaceError, one_line
from automl.worker.fork_server import ADDRESS_VARIABLE, fork_server
from automl.worker.messages import Request

CONNECT_SECONDS = 30.0
"""Seconds to wait until a new fork server listens."""


class ForkDied(Exception):
    """The forked process has died; usually it was killed because the machine ran out of memory."""


class Fork:
    """A forked process that answers requests. It ends when the calling process ends.

    If no fork server runs on this machine, which is usual on other machines of a cluster, this object starts one.
    """

    WHAT = "the process"
    """Name of the process in error messages."""

    def __init__(self) -> None:
        """Connect to the fork server, and wait until the process has started.

        Raises:
            ForkDied: the process or the fork server died before.
        """
        self._stack = ExitStack()
        self._connection = self._connect()
        try:
            self._process = psutil.Process(self._connection.recv())
        except (EOFError, OSError, psutil.NoSuchProcess) as error:
            self.end()
            raise ForkDied(f"{self.WHAT} died before it could do anything") from error

    @property
    def resident_bytes(self) -> int:
        """The resident memory of the process in bytes."""
        held: int = self._process.memory_info().rss
        return held

    def ask(self, request: Request) -> object:
        """Send a request, and return its answer.

        Raises:
            ForkDied: the process was killed.
        """
        try:
            self._connection.send(request)
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise ForkDied(f"{self.WHAT} was killed") from error

    def end(self) -> None:
        """End the process."""
        self._stack.close()

    def _connect(self) -> Connection:
        try:
            connection = _client(os.environ[ADDRESS_VARIABLE])
        except (KeyError, OSError):
            connection = _client(self._stack.enter_context(fork_server()))
        self._stack.callback(connection.close)
        return connection


def ask_once(request: Request) -> object:
    """Start a process, send it one request, end it, and return its answer.

    Raises:
        WorkspaceError: the process died, or its answer is an exception; the message says why in one line.
    """
    try:
        fork = Fork()
        try:
            answer = fork.ask(request)
        finally:
            fork.end()
    except ForkDied as error:
        raise WorkspaceError(one_line(error)) from error
    if isinstance(answer, BaseException):
        raise WorkspaceError(one_line(answer)) from answer
    return answer


def _client(address: str) -> Connection:
    deadline = time.monotonic() + CONNECT_SECONDS
    while True:
        try:
            return Client(address, "AF_UNIX")
        except FileNotFoundError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
