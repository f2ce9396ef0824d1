"""Check: no process of a dead driver is left on this machine."""

import os
from collections.abc import Iterator
from functools import partial

import psutil

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient
from automl.session import DRIVER_VARIABLE

END_SECONDS = 5.0


def find_leftovers(patient: Patient) -> Iterator[Finding]:
    """Ray's processes whose driver was killed; they hold memory, and a GPU where there is one."""
    dead = {driver.id for driver in patient.dead}
    left = [process for process in psutil.process_iter() if dead and _driver_of(process) in dead]
    if left:
        numbers = ", ".join(str(process.pid) for process in left)
        yield Finding(f"left of a dead driver: the processes {numbers}", partial(_end, left))


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
