"""Check: no process of a dead driver is left on this machine."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from automl.core import DRIVER_VARIABLE
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.storage.database import file_lock

END_SECONDS = 5.0


def find_leftovers(patient: CheckContext) -> Iterator[Inconsistency]:
    """Ray's processes whose driver was killed; they hold memory, and a GPU where there is one."""
    dead = {driver.id for driver in patient.dead}
    left = [process for process in psutil.process_iter() if dead and _driver_of(process) in dead]
    if left:
        numbers = ", ".join(str(process.pid) for process in left)
        yield Inconsistency(f"left of a dead driver: the processes {numbers}", partial(_end, left))


def _driver_of(process: psutil.Process) -> str | None:
    """The driver that started a process; None for a process of others, into which we may not look."""
    if process.pid == os.getpid():
        return None
    try:
        return process.environ().get(DRIVER_VARIABLE)
    except (psutil.Error, OSError):
        return None


def _end(processes: list[psutil.Process]) -> None:
    """Asks them to end, then ends them. psutil makes sure that a number has not been given to another process since."""
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            try:
                end(process)
            except psutil.NoSuchProcess:
                continue
        _, processes = psutil.wait_procs(processes, timeout=END_SECONDS)


def find_stale(patient: CheckContext) -> Iterator[Inconsistency]:
    """Lock files that nobody holds. They do no harm, and the next holder removes them."""
    for path in sorted(patient.workspace.folder.glob(".*.lock")):
        if not _is_held(path):
            yield Inconsistency(f"nobody holds the lock {path}", partial(_remove, path))


def _is_held(path: Path) -> bool:
    """Tries it with a lock that several can share, on a file that is there: nothing is made or changed."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):  # not there: its holder has just removed it
        return True
    return False


def _remove(path: Path) -> None:
    with suppress(BlockingIOError), file_lock(path):  # which removes the file when it is let go
        return
