"""Check: no process and no lock file of a dead driver is left on this machine."""

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
    """Finds Ray processes whose driver was killed; they still occupy memory, and perhaps a GPU.

    Args:
        patient: the workspace and the studies to examine.
    """
    dead = {driver.id for driver in patient.dead}
    left = [process for process in psutil.process_iter() if dead and _driver_of(process) in dead]
    if left:
        numbers = ", ".join(str(process.pid) for process in left)
        yield Inconsistency(f"processes of a dead driver still run: {numbers}", partial(_end, left))


def _driver_of(process: psutil.Process) -> str | None:
    """The id of the driver that started a process; None if there is none, or if its environment is not readable."""
    if process.pid == os.getpid():
        return None
    try:
        return process.environ().get(DRIVER_VARIABLE)
    except (psutil.Error, OSError):
        return None


def _end(processes: list[psutil.Process]) -> None:
    """Sends SIGTERM, then SIGKILL. psutil checks that the process id has not been reused for another process."""
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            try:
                end(process)
            except psutil.NoSuchProcess:
                continue
        _, processes = psutil.wait_procs(processes, timeout=END_SECONDS)


def find_stale(patient: CheckContext) -> Iterator[Inconsistency]:
    """Finds lock files that no process holds. They are harmless, and the next holder removes them.

    Args:
        patient: the workspace and the studies to examine.
    """
    for path in sorted(patient.workspace.folder.glob(".*.lock")):
        if not _is_held(path):
            yield Inconsistency(f"nobody holds the lock {path}", partial(_remove, path))


def _is_held(path: Path) -> bool:
    """Whether a process holds the lock. The test is a shared lock on the existing file, so it changes nothing."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):  # a missing file: its holder has just removed it
        return True
    return False


def _remove(path: Path) -> None:
    with suppress(BlockingIOError), file_lock(path):  # the lock removes the file when it is released
        return
