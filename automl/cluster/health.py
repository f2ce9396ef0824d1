"""Monitors Ray's own processes: if one dies, Ray later ends this process silently, so the search must end first."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

VITAL = ("raylet", "gcs_server")
"""Names of the processes that a local Ray cannot do without."""

POLL_SECONDS = 0.5

CONNECT_SECONDS = 2.0

HEAD_TIMEOUT_SECONDS = 15.0
"""Seconds without a connection after which a head counts as dead. Ray ends this process after a minute."""

SECONDS_TO_END = 30.0
"""Seconds that the search has for an orderly end. Calls of a dead Ray may never return."""

LAST_WORD_SECONDS = 10.0
"""Seconds that the end of this process waits for `last_word`, which may use an unreachable database."""

EXIT_CODE = 1


class OwnProcesses:
    """The processes of the Ray that this process has started."""

    def __init__(self) -> None:
        self._vital: set[psutil.Process] = set()

    def live(self) -> bool:
        """Return whether all processes that were ever seen are alive."""
        if len(self._vital) < len(VITAL):  # the search for them reads all processes of the machine
            self._vital.update(child for child in psutil.Process().children() if child.name() in VITAL)
        return all(_lives(process) for process in self._vital)


class HeadNode:
    """The head of an existing cluster.

    Args:
        host: its host.
        port: its port.
        clock: returns the time in seconds.
    """

    def __init__(self, host: str, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = host, port
        self._clock = clock
        self._answered = clock()

    def answers(self) -> bool:
        """Return whether the head accepts connections, or did within `HEAD_TIMEOUT_SECONDS`."""
        with suppress(OSError), socket.create_connection(self._address, timeout=CONNECT_SECONDS):
            self._answered = self._clock()
        return self._clock() - self._answered < HEAD_TIMEOUT_SECONDS


class ClusterMonitor:
    """Monitors the Ray that this process uses, on its own thread, from before the start of Ray.

    Args:
        is_well: returns whether Ray is alive; None checks the Ray processes that are children of this process.
    """

    def __init__(self, is_well: Callable[[], bool] | None = None) -> None:
        self._is_well = is_well or OwnProcesses().live
        self._act: Callable[[], None] | None = None
        self._last_word: Callable[[], None] | None = None
        self._died = False
        self._over = threading.Event()
        threading.Thread(target=self._watch, name="cluster-watch", daemon=True).start()

    def act(self, act: Callable[[], None], last_word: Callable[[], None]) -> None:
        """Set what happens if Ray dies.

        Args:
            act: called on the thread of the monitor; it requests the end of the search.
            last_word: called if the search has not ended after `SECONDS_TO_END`, before this process is ended.
        """
        self._act, self._last_word = act, last_word

    def rest(self) -> None:
        """Stop monitoring, unless Ray has died; an orderly shutdown follows."""
        if not self._died:
            self._over.set()

    def end(self) -> None:
        """Stop monitoring; Ray has ended."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            if self._is_well() or self._over.is_set():
                continue
            self._died = True
            if self._act is None:  # Ray was still starting; there is no search to end
                sys.stderr.write("error: a process of Ray has died while Ray started; try again\n")
                sys.stderr.flush()
                os._exit(EXIT_CODE)
            self._act()
            if not self._over.wait(SECONDS_TO_END):
                self._end_process()
            return

    def _end_process(self) -> None:
        telling = threading.Thread(target=self._last_word, name="last-word", daemon=True)
        telling.start()
        telling.join(LAST_WORD_SECONDS)
        os._exit(EXIT_CODE)


def raylet_children() -> list[psutil.Process]:
    """Return the workers and agents of the Ray that this process has started."""
    found: list[psutil.Process] = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if child.name() == VITAL[0]:
                found += child.children()
    return found


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
