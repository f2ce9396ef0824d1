"""Readers of folders, by layout, in the order in which they are tried."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trials.data.readers.class_folders import has_class_folders, read_class_folders
from trials.data.readers.other_splits import SplitFiles
from trials.data.readers.part_files import has_part_files, part_files, read_part_files
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.saved_dataset import is_saved_dataset, read_saved_dataset
from trials.data.readers.split_files import has_split_files, read_split_files, split_files
from trials.data.readers.table import Table
from trials.errors import DataError


@dataclass(frozen=True)
class FolderReader:
    """A reader of one folder layout.

    Attributes:
        fits: whether a folder has this layout.
        read: returns one table for each split, or only `train` if no splits are given.
        layout: description of the layout, for messages.
        files: the files of each split and what is not read, if each file is a table of its own, so that its rows can be
            streamed.
    """

    fits: Callable[[Path], bool]
    read: Callable[[Path, ReadOptions], dict[str, Table]]
    layout: str
    files: Callable[[Path], SplitFiles] | None = None


FOLDER_READERS: dict[str, FolderReader] = {
    "saved-dataset": FolderReader(is_saved_dataset, read_saved_dataset, "a data set saved by Hugging Face `datasets`"),
    "split-files": FolderReader(
        has_split_files, read_split_files, "files named for splits (train.csv, val.csv, ...)", split_files
    ),
    "part-files": FolderReader(
        has_part_files, read_part_files, "parts of a table (part-00000.parquet, ...)", part_files
    ),
    "class-folders": FolderReader(has_class_folders, read_class_folders, "a sub-folder of .txt files for each class"),
}


def layout_of(folder: Path) -> FolderReader | None:
    """Return the reader of the first layout that fits `folder`; None if none does."""
    return next((reader for reader in FOLDER_READERS.values() if reader.fits(folder)), None)


def read_folder(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return the tables of `folder` by split, read by the first layout that fits.

    Args:
        folder: the folder.
        options: what the user said about how its files are read.

    Raises:
        DataError: no layout fits, the folder cannot be listed, or its reader rejects it.
    """
    try:
        if (reader := layout_of(folder)) is not None:
            return reader.read(folder, options)
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror} ({error.filename}).") from error
    layouts = "".join(f"\n  - {reader.layout}" for reader in FOLDER_READERS.values())
    content = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "") if names else "nothing"
    raise DataError(f"{folder} must be one of these, but it holds {content}:{layouts}\nOr name a file in it.")
