"""One driver a study on SQLite: a lock that the system frees whatever becomes of the process that holds it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from automl.core import UsageError
from automl.storage.database import file_lock

WAIT_SECONDS = 0.2
"""Somebody who only looks whether the study is being searched has the lock for a moment."""


@contextmanager
def sole_driver(study: str, folder: Path) -> Iterator[None]:
    """Holds the study for this process. It is a lock on a file, so it works among the processes of one machine.

    The file lies beside the study's folder and not in it, and goes with the lock: a search that fails before it has
    made anything leaves nothing behind.

    Raises:
        UsageError: another process searches this study.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        try:
            stack.enter_context(file_lock(folder.with_name(f".{folder.name}.lock"), WAIT_SECONDS))
        except BlockingIOError:
            raise UsageError(
                f"the study {study!r} must have one driver, and another process searches it; "
                "wait for its end, or stop it"
            ) from None
        yield
