"""A lock among the processes of one machine, which leaves no file behind."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SECONDS_BETWEEN_TRIES = 0.02


@contextmanager
def file_lock(path: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at `path`. The operating system releases it when the process ends.

    The holder removes the file before it releases the lock. A process that had opened the file before gets a lock on
    a deleted file, notices that, and starts again, so there are never two holders. After a kill an empty file remains
    until the next holder removes it.

    Args:
        path: the lock file, in an existing folder.
        wait_seconds: seconds to wait for another holder.

    Raises:
        BlockingIOError: another process has held it for all of `wait_seconds`.
    """
    file = _acquire(path, time.monotonic() + wait_seconds)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        file.close()


def _acquire(path: Path, deadline: float) -> IO[bytes]:
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            if time.monotonic() >= deadline:
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
            continue
        if _is_at(file, path):
            return file
        file.close()


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
