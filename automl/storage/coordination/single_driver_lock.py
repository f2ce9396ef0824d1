"""The lock that allows a study on SQLite one driver; the operating system releases it when the process ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from automl.core import UsageError
from trials.files import file_lock

WAIT_SECONDS = 0.2
"""Seconds to wait for the lock, because a process that only checks whether the study is searched holds it briefly."""


@contextmanager
def sole_driver(study: str, folder: Path) -> Iterator[None]:
    """Hold the study for this process by a file lock, which works among the processes of one machine.

    The lock file is a hidden file beside `folder`, and is removed with the lock, so a search that fails early leaves
    no files behind.

    Args:
        study: name of the study, for the message.
        folder: path from which the lock file's name is derived; its parent folder is created.

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
