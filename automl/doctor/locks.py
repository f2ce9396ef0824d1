"""Check: no lock file is left of a process that was killed."""

import fcntl
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from automl.doctor.finding import Finding
from automl.doctor.patient import Patient
from automl.storage.file_lock import file_lock


def find_stale(patient: Patient) -> Iterator[Finding]:
    """Lock files that nobody holds. They do no harm, and the next holder removes them."""
    for path in sorted(patient.workspace.folder.glob(".*.lock")):
        if not _is_held(path):
            yield Finding(f"nobody holds the lock {path}", partial(_remove, path))


def _is_held(path: Path) -> bool:
    """Tries it with a lock that several can share, on a file that is there: nothing is made or changed."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):  # not there: its holder has just removed it
        return True
    return False


def _remove(path: Path) -> None:
    with suppress(BlockingIOError), file_lock(path):  # which removes the file when it is let go
        return
