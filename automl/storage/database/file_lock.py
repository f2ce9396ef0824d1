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
    """Holds the lock at `path`. The system frees it whatever becomes of the process.

    The file is removed by its holder, while it holds it. Somebody who had opened it just before gets a lock on a file
    that has no name any more, sees that, and begins again: so there are never two holders. After a kill an empty file
    stays until the next holder removes it.

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
