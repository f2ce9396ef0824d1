"""Check: no process of a dead driver is left on this machine."""

import os
from collections.abc import Iterator
from functools import partial

import psutil

from automl.core import DRIVER_VARIABLE
from automl.doctor.check_context import CheckContext, Inconsistency

END_SECONDS = 5.0


def find_leftovers(context: CheckContext) -> Iterator[Inconsistency]:
    """Find Ray processes whose driver was killed; they still occupy memory, and perhaps a GPU.

    Args:
        context: the workspace and the studies to examine.
    """
    dead = {driver.id for driver in context.dead}
    left = [process for process in psutil.process_iter() if dead and _driver_of(process) in dead]
    if left:
        numbers = ", ".join(str(process.pid) for process in left)
        yield Inconsistency(f"processes of a dead driver still run: {numbers}", partial(_end, left))


def _driver_of(process: psutil.Process) -> str | None:
    """Return the id of the driver that started a process; None if there is none or its environment is not readable."""
    if process.pid == os.getpid():
        return None
    try:
        return process.environ().get(DRIVER_VARIABLE)
    except (psutil.Error, OSError):
        return None


def _end(processes: list[psutil.Process]) -> None:
    """Send SIGTERM, then SIGKILL. psutil checks that the process id has not been reused for another process."""
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            try:
                end(process)
            except psutil.NoSuchProcess:
                continue
        _, processes = psutil.wait_procs(processes, timeout=END_SECONDS)
