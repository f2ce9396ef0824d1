"""Replaces a folder as a whole, and repairs it after a kill in between."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trials.files.disk_errors import refusals_of


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield a new folder that replaces `folder` when the block ends; if the block raises, nothing changes.

    Raises:
        CheckpointError: the disk rejects the write.
    """
    staging = staging_of(folder)
    with refusals_of(folder):
        try:
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir(parents=True)
            yield staging
            swap_in(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def staging_of(folder: Path) -> Path:
    """Return where the next `folder` is prepared: beside it, so that the final move is one step."""
    return folder.with_name(f".{folder.name}.new")


def swap_in(folder: Path) -> None:
    """Move the staged folder into the place of `folder`.

    No system call replaces a folder that has files, so the previous one is moved aside for a moment. After a kill in
    that moment, `restore` moves it back.
    """
    aside = _aside_of(folder)
    if folder.exists():
        folder.replace(aside)
    staging_of(folder).replace(folder)
    shutil.rmtree(aside, ignore_errors=True)


def restore(folder: Path) -> None:
    """Finish or undo an interrupted save: `folder` is complete if it ever was, and nothing is left beside it."""
    aside = _aside_of(folder)
    if aside.exists() and not folder.exists():
        aside.replace(folder)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(staging_of(folder), ignore_errors=True)


def leftovers_of(folder: Path) -> list[Path]:
    """Return what an interrupted save has left beside `folder`; `restore` removes it."""
    return [path for path in (staging_of(folder), _aside_of(folder)) if path.exists()]


def _aside_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
