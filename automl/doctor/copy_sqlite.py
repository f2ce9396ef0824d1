"""Copies SQLite databases, so that the usual code can read them without changing the originals."""

import shutil
from pathlib import Path

MOST_ATTEMPTS = 20

LOG = "-wal"
"""Suffix of the file with SQLite's write-ahead log, which holds its latest transactions."""


def copy_database(file: Path, folder: Path) -> Path:
    """Copy the database with its write-ahead log into `folder`, and return the path of the copy.

    Opening the original would write to it, because each reader of a write-ahead log registers itself. The copy is
    repeated, at most `MOST_ATTEMPTS` times, if the original was written meanwhile. SQLite treats transactions that are
    incomplete at the end of a copied log as not committed.
    """
    target = folder / file.name
    for _ in range(MOST_ATTEMPTS):
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
