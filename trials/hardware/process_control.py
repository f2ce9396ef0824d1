"""What Linux does for a process at its own request. Nothing but the standard library, as a fork server asks for it."""

import ctypes
import signal
import sys

PDEATHSIG, NAME = 1, 15
"""PR_SET_PDEATHSIG and PR_SET_NAME of prctl(2)."""


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Have the system send this process a signal when the thread that started it ends; this remains after an exec.

    Args:
        by: the signal.
    """
    _prctl(PDEATHSIG, by)


def be_called(name: bytes) -> None:
    """Set the name of this process in `ps` and `top` to `name`, of at most 15 bytes; only on Linux."""
    _prctl(NAME, name)


def _prctl(option: int, value: int | bytes) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value)
