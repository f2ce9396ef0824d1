"""A folder of tables in parts: as a hub keeps a data set, and as Spark, Dask and others write a table."""

import re
from collections.abc import Sequence
from pathlib import Path

from trials.data.readers.files import READERS, read_file
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Cells, Table
from trials.data.readers.text import COMPRESSIONS
from trials.data.split_names import TRAIN, split_of
from trials.errors import DataError

_SHARD = re.compile(r"(.+?)[-_.]\d+[-_]of[-_]\d+\b.*")
_PART = re.compile(r"part[-_.]?\d.*", re.IGNORECASE)
_DATA_FOLDER = "data"


def has_part_files(folder: Path) -> bool:
    """Return whether `folder`, or its sub-folder `data`, holds parts of a table for training."""
    return TRAIN in _parts(folder)


def read_part_files(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return one table for each split, joined of its parts in the order of their names.

    `train-00000-of-00002.parquet` is a part of the training split; so are `part-00000.csv` and the like, which lie in
    `folder`, in `data`, or in a sub-folder for each split.

    Raises:
        DataError: a part cannot be read, or has other columns than the first.
    """
    return {
        split: joined_tables(folder, [read_file(path, options) for path in paths])
        for split, paths in _parts(folder).items()
    }


def joined_tables(origin: Path, tables: Sequence[Table]) -> Table:
    """Return the rows of all tables, one after the other.

    Raises:
        DataError: a table has other columns than the first.
    """
    first, *others = tables
    for table in others:
        if set(table.columns) != set(first.columns):
            raise DataError(
                f"{origin} must hold parts of one table, but {table.origin} has the columns {', '.join(table.columns)} "
                f"and {first.origin} has {', '.join(first.columns)}. Name one of the files, or remove the other parts."
            )
    columns: dict[str, Cells] = {
        name: [cell for table in tables for cell in table.columns[name]] for name in first.columns
    }
    return Table(origin, columns, tuple(facts for table in tables for facts in table.found))


def table_files(folder: Path) -> list[Path]:
    """Return the files of a folder that can be tables by their suffix, by name; hidden files are none."""
    return sorted(path for path in folder.iterdir() if _is_table_file(path))


def table_stem(path: Path) -> str:
    """Return the name of a file without its suffix, nor that of its compression."""
    return Path(path.stem).stem if path.suffix.lower() in COMPRESSIONS else path.stem


def _is_table_file(path: Path) -> bool:
    if path.name.startswith((".", "_")) or not path.is_file():
        return False
    suffix = path.suffix.lower()
    if suffix in COMPRESSIONS:
        suffix = Path(path.stem).suffix.lower()
    return suffix in READERS


def _parts(folder: Path) -> dict[str, list[Path]]:
    for place in (folder, folder / _DATA_FOLDER):
        if not place.is_dir():
            continue
        found: dict[str, list[Path]] = {}
        for path in table_files(place):
            if (split := _split_of_part(path)) is not None:
                found.setdefault(split, []).append(path)
        for sub_folder in sorted(path for path in place.iterdir() if path.is_dir()):
            parts = [path for path in table_files(sub_folder) if path.suffix.lower() != ".txt"]
            if parts and (split := split_of(sub_folder.name)) is not None:
                found.setdefault(split, []).extend(parts)
        if found:
            return found
    return {}


def _split_of_part(path: Path) -> str | None:
    """Return the split that a part belongs to, `train` if its name says nothing; None for a file that is no part."""
    stem = table_stem(path)
    if _PART.fullmatch(stem):
        return TRAIN
    shard = _SHARD.fullmatch(stem)
    return split_of(shard[1]) if shard else None
