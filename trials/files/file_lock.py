"""A lock between the processes of a machine, which the system frees whatever becomes of its holder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(lock: Path) -> Iterator[bool]:
    """Whether nobody else has the lock, which is ours within the block; its file stays.

    A file system that knows no locks gives it to everybody: work done twice is better than none.
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
