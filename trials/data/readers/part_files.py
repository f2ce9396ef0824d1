"""Tables in parts: as Spark, Dask and others write one into a folder, or into a folder for each split."""

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from trials.data.readers.files import read_file, table_files, table_stem
from trials.data.readers.other_splits import SplitFiles, split_folders_of, unread, with_losses
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Cells, Table
from trials.data.split_names import TRAIN, split_of
from trials.errors import DataError

_PART = re.compile(r"part[-_.]?\d.*", re.IGNORECASE)
_DATA_FOLDER = "data"


def has_part_files(folder: Path) -> bool:
    """Return whether `folder`, or its sub-folder `data`, holds parts of a table for training."""
    return TRAIN in _parts(folder)


def read_part_files(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return one table for each split, joined of its parts in the order of their names.

    Parts are `part-00000.parquet` and the like, or all tables in a sub-folder that is named for a split.

    Raises:
        DataError: a part cannot be read, or has other columns than the first; or another file or folder is named for a
            split that has no parts.
    """
    files = part_files(folder)
    tables = {split: joined_files(folder, paths, options) for split, paths in files.splits.items()}
    return with_losses(tables, files.losses)


def part_files(folder: Path) -> SplitFiles:
    """Return the parts of each split, by name, and what is not read.

    Raises:
        DataError: another file or folder is named for a split that has no parts.
    """
    parts = _parts(folder)
    return SplitFiles(parts, unread(folder, parts, _entries(folder), list(chain.from_iterable(parts.values()))))


def _entries(folder: Path) -> list[tuple[str, Path]]:
    places = [place for place in (folder, folder / _DATA_FOLDER) if place.is_dir()]
    files = [(table_stem(path), path) for place in places for path in table_files(place)]
    return [*files, *(entry for place in places for entry in split_folders_of(place))]


def joined_files(origin: Path, paths: Sequence[Path], options: ReadOptions) -> Table:
    """Return the rows of all files, one after the other.

    Args:
        origin: what the joined table is called; a single file keeps its own name.
        paths: the files.
        options: what the user said about how they are read.

    Raises:
        DataError: a file cannot be read, or has other columns than the first.
    """
    first, *others = [read_file(path, options) for path in paths]
    if not others:
        return first
    tables = (first, *others)
    for table in others:
        if set(table.columns) != set(first.columns):
            raise DataError(
                f"All parts must have the same columns, but {first.origin} has {', '.join(first.columns)} and "
                f"{table.origin} has {', '.join(table.columns)}. Name one of the files, or remove the other parts."
            )
    columns: dict[str, Cells] = {
        name: [cell for table in tables for cell in table.columns[name]] for name in first.columns
    }
    return Table(origin, columns, tuple(facts for table in tables for facts in table.found))


def _parts(folder: Path) -> dict[str, list[Path]]:
    for place in (folder, folder / _DATA_FOLDER):
        if not place.is_dir():
            continue
        found: dict[str, list[Path]] = {}
        if parts := [path for path in table_files(place) if _PART.fullmatch(table_stem(path))]:
            found[TRAIN] = parts
        for sub_folder in sorted(path for path in place.iterdir() if path.is_dir()):
            split = split_of(sub_folder.name)
            tables = [path for path in table_files(sub_folder) if path.suffix.lower() != ".txt"] if split else []
            if split is not None and tables:
                found.setdefault(split, []).extend(tables)
        if found:
            return found
    return {}
