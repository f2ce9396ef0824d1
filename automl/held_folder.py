"""A folder that a process has for itself, and that the next one clears away if it was killed."""

import fcntl
import os
import shutil
from pathlib import Path
from uuid import uuid4

SUFFIX = ".held"


class HeldFolder:
    """A new folder in `root`, whose others are removed unless somebody holds them.

    Whoever uses one holds a lock on it, which the system frees whatever becomes of the process.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in root.glob(f"*{SUFFIX}"):
            _remove_unless_held(other)
        self.path, self._lock = _held(root)

    def leave(self) -> None:
        """Removes it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _held(root: Path) -> tuple[Path, int]:
    while True:
        folder = root / f"{uuid4().hex}{SUFFIX}"
        folder.mkdir()
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():  # somebody may have taken it for a dead one's before it was locked
            return folder, lock
        os.close(lock)


def _remove_unless_held(folder: Path) -> None:
    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(lock)
