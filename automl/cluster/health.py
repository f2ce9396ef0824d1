"""Ray's own processes may die too. Ray then ends ours, sooner or later and without a word; we want the last one."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

VITAL = ("raylet", "gcs_server")
"""The processes without which a local Ray is dead."""

SECONDS_BETWEEN_LOOKS = 0.5

CONNECT_SECONDS = 2.0

SECONDS_OF_SILENCE = 15.0
"""A head that nobody reaches for so long is dead. Ray itself gives it a minute, and then ends this process."""

SECONDS_TO_END = 30.0
"""How long the search has to end in good order. Calls of a dead Ray may never return."""

SECONDS_FOR_THE_LAST_WORD = 10.0
"""How long the end of this process waits for whatever is told of it, as to a database that may be away, too."""

EXIT_CODE = 1


class OwnProcesses:
    """The processes of a Ray that this process has started."""

    def __init__(self) -> None:
        self._vital: set[psutil.Process] = set()

    def live(self) -> bool:
        """Whether none of those that were ever seen has died."""
        if len(self._vital) < len(VITAL):  # to look for them goes through all processes of the machine
            self._vital.update(child for child in psutil.Process().children() if child.name() in VITAL)
        return all(_lives(process) for process in self._vital)


class HeadNode:
    """The head of a cluster that somebody else has started."""

    def __init__(self, host: str, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = host, port
        self._clock = clock
        self._answered = clock()

    def answers(self) -> bool:
        """Whether it takes connections, or did a moment ago: a short silence is a network's, not its death."""
        with suppress(OSError), socket.create_connection(self._address, timeout=CONNECT_SECONDS):
            self._answered = self._clock()
        return self._clock() - self._answered < SECONDS_OF_SILENCE


class ClusterMonitor:
    """Looks after the Ray that this process uses, from before its start, on a thread of its own."""

    def __init__(self, is_well: Callable[[], bool] | None = None) -> None:
        """`is_well` looks whether Ray lives; by default whether those of its processes do that are our children."""
        self._is_well = is_well or OwnProcesses().live
        self._act: Callable[[], None] | None = None
        self._last_word: Callable[[], None] | None = None
        self._died = False
        self._over = threading.Event()
        threading.Thread(target=self._look, name="cluster-watch", daemon=True).start()

    def act(self, act: Callable[[], None], last_word: Callable[[], None]) -> None:
        """Has `act` called, on a thread, if Ray dies. Soon after, this process ends, wherever it hangs.

        If it hung, `last_word` is called right before.
        """
        self._act, self._last_word = act, last_word

    def rest(self) -> None:
        """Ray is about to be ended in good order, unless it has died."""
        if not self._died:
            self._over.set()

    def end(self) -> None:
        """Ray has ended, and this process is not in danger any more."""
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN_LOOKS):
            if self._is_well() or self._over.is_set():
                continue
            self._died = True
            if self._act is None:  # it was still starting; there is nothing to be ended in good order
                sys.stderr.write("error: a process of Ray has died while it started; try again\n")
                sys.stderr.flush()
                os._exit(EXIT_CODE)
            self._act()
            if not self._over.wait(SECONDS_TO_END):
                self._end_process()
            return

    def _end_process(self) -> None:
        telling = threading.Thread(target=self._last_word, name="last-word", daemon=True)
        telling.start()
        telling.join(SECONDS_FOR_THE_LAST_WORD)
        os._exit(EXIT_CODE)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
