"""A folder with one file per split: `train.csv`, `val.csv`, `test.csv`, in any format that has a reader."""

from pathlib import Path

from trials.data.readers.files import READERS, read_file
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.split_names import TRAIN, split_of
from trials.errors import DataError


def has_split_files(folder: Path) -> bool:
    """Return whether a file in `folder` is named for the training split."""
    return any(split_of(path.stem) == TRAIN for path in _files(folder))


def read_split_files(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return one table for each file that is named for a split; other files are ignored.

    Raises:
        DataError: two files are named for the same split, or a file cannot be read.
    """
    found: dict[str, Path] = {}
    for path in _files(folder):
        split = split_of(path.stem)
        if split is None:
            continue
        if split in found:
            raise DataError(
                f"{folder} must hold one {split} file, but it has {found[split].name} and {path.name}. "
                "Move one of them away."
            )
        found[split] = path
    return {split: read_file(path, options) for split, path in found.items()}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in READERS)
