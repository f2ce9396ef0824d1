"""Ray's own processes may die too. Ray then ends ours, sooner or later and without a word; we want the last one."""

import os
import sys
import threading
from collections.abc import Callable

import psutil

VITAL = ("raylet", "gcs_server")
"""The processes without which a local Ray is dead."""

SECONDS_BETWEEN_LOOKS = 0.5

SECONDS_TO_END = 30.0
"""How long the search has to end in good order. Calls of a dead Ray may never return."""

EXIT_CODE = 1


class ClusterWatch:
    """Looks after the Ray that this process starts, from before its start, on a thread of its own."""

    def __init__(self) -> None:
        self._vital: set[psutil.Process] = set()
        self._act: Callable[[], None] | None = None
        self._died = False
        self._over = threading.Event()
        threading.Thread(target=self._look, name="cluster-watch", daemon=True).start()

    def act(self, act: Callable[[], None]) -> None:
        """Has `act` called, on a thread, if Ray dies. Soon after, this process ends, wherever it hangs."""
        self._act = act

    def rest(self) -> None:
        """Ray is about to be ended in good order, unless it has died."""
        if not self._died:
            self._over.set()

    def end(self) -> None:
        """Ray has ended, and this process is not in danger any more."""
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN_LOOKS):
            if len(self._vital) < len(VITAL):  # to look for them goes through all processes of the machine
                self._vital.update(child for child in psutil.Process().children() if child.name() in VITAL)
            if all(_lives(process) for process in self._vital) or self._over.is_set():
                continue
            self._died = True
            if self._act is None:  # it was still starting; there is nothing to be ended in good order
                sys.stderr.write("error: a process of Ray has died while it started; try again\n")
                sys.stderr.flush()
                os._exit(EXIT_CODE)
            self._act()
            if not self._over.wait(SECONDS_TO_END):
                os._exit(EXIT_CODE)
            return


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
