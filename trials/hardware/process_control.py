"""Calls to Linux's prctl(2). It uses the standard library only, because a fork server imports it."""

import ctypes
import signal
import sys

PDEATHSIG, NAME = 1, 15
"""Numbers of PR_SET_PDEATHSIG and PR_SET_NAME."""


def die_with_parent(by: signal.Signals = signal.SIGKILL) -> None:
    """Let the system send this process a signal when the thread that started it ends; this remains after an exec.

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
