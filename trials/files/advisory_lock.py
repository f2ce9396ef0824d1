"""Locks among the processes of one machine, which the system releases when their holder ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

SECONDS_BETWEEN_TRIES = 0.02


@contextmanager
def file_lock(path: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock at `path`.

    The holder removes the file before it releases the lock; who waits for a removed file starts again, so there are
    never two holders. After a kill an empty file remains until the next holder removes it.

    Args:
        path: the lock file; its folder is created.
        wait_seconds: seconds to wait for another holder.

    Raises:
        BlockingIOError: another process has held it for all of `wait_seconds`.
        OSError: the folder is not writable, or its file system has no locks.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - most commands need no lock

    lock = FileLock(path, wait_seconds, thread_local=False, poll_interval=SECONDS_BETWEEN_TRIES, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise BlockingIOError(str(error)) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Try to take the lock at `path` for the block, and yield whether this process has it.

    On a file system without locks every process gets it, because repeated work is better than none.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(path))
            ours = True
        except BlockingIOError:
            ours = False
        except OSError:
            ours = True
        yield ours
