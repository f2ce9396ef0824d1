"""One driver a study: a lock that the system frees whatever becomes of the process that holds it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automl.errors import UsageError


@contextmanager
def sole_driver(study: str, folder: Path) -> Iterator[None]:
    """Holds the study for this process. It is a lock on a file, so it works among the processes of one machine.

    Raises:
        UsageError: another process searches this study.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".driver.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"the study {study!r} must have one driver, and another process searches it; "
                "wait for its end, or stop it"
            ) from None
        yield
