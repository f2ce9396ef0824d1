"""A lock between processes of one machine, which the system releases when its holder ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(lock: Path) -> Iterator[bool]:
    """Try to take the lock on the file `lock` for the block, and yield whether this process has it; the file remains.

    On a file system without locks every process gets it, because repeated work is better than none.
    """
    import fcntl  # noqa: PLC0415 - not on Windows

    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = True
        except BlockingIOError:
            ours = False
        except OSError:
            ours = True
        yield ours
