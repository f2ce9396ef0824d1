"""Copies of SQLite databases, so that they can be looked at with the usual code and stay what they are."""

import shutil
from pathlib import Path

MOST_TRIES = 20

LOG = "-wal"
"""What SQLite adds to a database's name for the log that holds its latest transactions."""


def copy_database(file: Path, folder: Path) -> Path:
    """A copy of the database with its log, and where it is.

    Opening the file itself would write to it: to read a write-ahead log takes a place among its readers. It is copied
    again where somebody wrote to it meanwhile. What a copy lacks of the log's end, SQLite takes for not committed.
    """
    target = folder / file.name
    for _ in range(MOST_TRIES):
        before = _stamps(file)
        for suffix in ("", LOG):
            copy = target.with_name(target.name + suffix)
            copy.unlink(missing_ok=True)
            if (original := file.with_name(file.name + suffix)).exists():
                shutil.copyfile(original, copy)
        if _stamps(file) == before:
            break
    return target


def _stamps(file: Path) -> list[tuple[int, int] | None]:
    paths = [file, file.with_name(file.name + LOG)]
    return [(path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None for path in paths]
