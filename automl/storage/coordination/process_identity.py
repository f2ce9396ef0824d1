"""Which process a driver is, so that others can tell on the spot that it is gone."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")

UNSEEN = ""
"""The start of a process that runs, but that we may not look at."""


@dataclass(frozen=True)
class ProcessIdentity:
    """One process among all that ever were.

    `boot_id` names the boot of the machine and the world of process ids in it (containers have their own); it is empty
    where the system tells no such thing. `started` tells two processes apart that had the same id.
    """

    host: str
    boot_id: str
    pid: int
    started: str

    @property
    def is_here(self) -> bool:
        """Whether it is, or was, a process that this one can look at."""
        return bool(self.boot_id) and (self.host, self.boot_id) == (socket.gethostname(), _boot_id())

    @property
    def is_gone(self) -> bool:
        """Whether it surely runs no more. False says nothing: it may be on another machine."""
        if not self.is_here:
            return False
        start = _start(self.pid)
        return start is None or start not in {UNSEEN, self.started}


def this_process() -> ProcessIdentity:
    """The process that asks."""
    pid = os.getpid()
    return ProcessIdentity(socket.gethostname(), _boot_id(), pid, _start(pid) or UNSEEN)


def _boot_id() -> str:
    try:
        return f"{BOOT_ID.read_text().strip()} {PID_NAMESPACE.readlink()}"
    except OSError:
        return ""


def _start(pid: int) -> str | None:
    """When a process started, in clock ticks since the boot, which no setting of the clock changes; None if it is dead.

    A process that was killed and that nobody has waited for is dead. (psutil tells the time of day.)
    """
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return UNSEEN if psutil.pid_exists(pid) else None
    state, ticks = after_name[0], after_name[19]
    return None if state in {"Z", "X"} else ticks
