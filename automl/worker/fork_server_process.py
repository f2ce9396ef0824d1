"""The program of the fork server: `python -m automl.worker.fork_server_process ADDRESS`. No module imports it.

Each connection gets a fork. The fork is killed when the connection closes, and the connection closes when the fork
ends. Code here must not start a thread, compute with torch, or initialize CUDA, because their state does not survive a
fork.
"""

import gc
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from trials.hardware import be_called, die_with_parent

HUNG_UP = select.POLLHUP | select.POLLRDHUP
SERVER, FORK = b"automl-forks", b"automl-trial"
"""Names of the processes in `ps` and `top`."""


@dataclass(frozen=True)
class _Fork:
    pid: int
    handle: int
    """Readable once the process has ended."""
    connection: Connection


class _Server:
    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._forks: dict[int, _Fork] = {}
        self._poll = select.poll()
        self._poll.register(listener, select.POLLIN)
        self._poll.register(sys.stdin, select.POLLIN | select.POLLHUP)

    def run(self) -> None:
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == sys.stdin.fileno():
                    return
                if descriptor == self._listener.fileno():
                    self._fork()
                elif descriptor in self._forks:
                    self._end(self._forks[descriptor])

    def _fork(self) -> None:
        connection = Connection(self._listener.accept()[0].detach())
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            self._be_forked(connection, parent)
        fork = _Fork(pid, os.pidfd_open(pid), connection)
        self._forks |= {fork.handle: fork, connection.fileno(): fork}
        self._poll.register(fork.handle, select.POLLIN)
        self._poll.register(connection.fileno(), HUNG_UP)

    def _be_forked(self, connection: Connection, parent: int) -> None:
        """Serve one client in the forked process, and never return."""
        status = 1
        try:
            die_with_parent()
            be_called(FORK)
            if os.getppid() == parent:
                self._listener.close()
                for fork in set(self._forks.values()):
                    fork.connection.close()
                from automl.worker.request_loop import serve  # noqa: PLC0415 - imported by the parent, after it listens

                serve(connection)
                status = 0
        finally:
            os._exit(status)

    def _end(self, fork: _Fork) -> None:
        for descriptor in (fork.handle, fork.connection.fileno()):
            self._poll.unregister(descriptor)
            del self._forks[descriptor]
        signal.pidfd_send_signal(fork.handle, signal.SIGKILL)
        os.waitpid(fork.pid, 0)
        os.close(fork.handle)
        fork.connection.close()


def main(address: str) -> None:
    """Run the server. It listens before its address exists, so no client is refused, and answers after the imports."""
    be_called(SERVER)
    gc.disable()  # imports allocate many objects and free few
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{address}.new")
        listener.listen()
        Path(f"{address}.new").rename(address)
        import automl.worker.request_loop  # noqa: F401, PLC0415 - torch and transformers

        gc.freeze()  # a collection in a fork must not write to shared pages
        gc.enable()
        _Server(listener).run()


if __name__ == "__main__":
    main(sys.argv[1])
