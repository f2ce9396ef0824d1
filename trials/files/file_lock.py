"""A lock between processes of one machine, which the system releases when its holder ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def held(lock: Path) -> Iterator[bool]:
    """Try to take the lock on the file `lock` for the block, and yield whether this process has it; the file remains.

    Where there are no locks, or the file cannot be written, every process gets it: repeated work is better than none.
    """
    import fcntl  # noqa: PLC0415 - not on Windows

    with ExitStack() as stack:
        ours = True
        try:
            file = stack.enter_context(lock.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            ours = False
        except OSError:  # a folder of another user, a full disk, a file system without locks
            pass
        yield ours
