"""Identity of a driver's process, by which processes on the same machine see at once that it has ended."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")

UNSEEN = ""
"""Start of a process that runs, but whose start this user may not read."""


@dataclass(frozen=True)
class ProcessIdentity:
    """Globally unique identity of a process.

    Attributes:
        host: the host name.
        boot_id: the boot of the machine and the PID namespace (containers have their own); empty if unavailable.
        pid: the process id.
        started: the start in clock ticks since the boot, which distinguishes processes with the same id; empty if it
            cannot be read.
    """

    host: str
    boot_id: str
    pid: int
    started: str

    @property
    def is_here(self) -> bool:
        """Whether the process belongs to the same boot and PID namespace as the calling process."""
        return bool(self.boot_id) and (self.host, self.boot_id) == (socket.gethostname(), _boot_id())

    @property
    def is_gone(self) -> bool:
        """Whether the process has certainly ended. False is inconclusive: it may be on another machine."""
        if not self.is_here:
            return False
        start = _start(self.pid)
        return start is None or start not in {UNSEEN, self.started}


def this_process() -> ProcessIdentity:
    """Return the identity of the calling process."""
    pid = os.getpid()
    return ProcessIdentity(socket.gethostname(), _boot_id(), pid, _start(pid) or UNSEEN)


def _boot_id() -> str:
    try:
        return f"{BOOT_ID.read_text().strip()} {PID_NAMESPACE.readlink()}"
    except OSError:
        return ""


def _start(pid: int) -> str | None:
    """Return the start of a process in clock ticks since the boot; None if it has ended.

    A zombie counts as ended. psutil is not used, as its time of day changes with the system clock.
    """
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return UNSEEN if psutil.pid_exists(pid) else None
    state, ticks = after_name[0], after_name[19]
    return None if state in {"Z", "X"} else ticks
