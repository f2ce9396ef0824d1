"""A folder that is replaced as a whole, and mended where a kill came between."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trials.files.disk_errors import refusals_of


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder to fill, which is in the place of `folder` when the block ends; if it raises, all is as it was.

    Raises:
        CheckpointError: the disk refuses it.
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
    """Where the next `folder` is made: beside it, so that moving it there is one step."""
    return folder.with_name(f".{folder.name}.new")


def swap_in(folder: Path) -> None:
    """Moves what was staged for `folder` into its place.

    No system call replaces a folder that has files, so an earlier one steps aside for a moment. After a kill in that
    moment it lies beside, and `mend` brings it back.
    """
    aside = _aside_of(folder)
    if folder.exists():
        folder.replace(aside)
    staging_of(folder).replace(folder)
    shutil.rmtree(aside, ignore_errors=True)


def mend(folder: Path) -> None:
    """Ends what a killed save began: `folder` is whole again if it ever was, and nothing is left beside it."""
    aside = _aside_of(folder)
    if aside.exists() and not folder.exists():
        aside.replace(folder)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(staging_of(folder), ignore_errors=True)


def _aside_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")
