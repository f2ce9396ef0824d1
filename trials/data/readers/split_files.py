"""A folder with files that are named for splits, in any format that has a reader: `train.csv`, `reviews_test.csv`, ...

The files of a split may be numbered parts, as in a data set of the Hugging Face hub, where they may lie in a folder
`data`: `data/train-00000-of-00002.parquet`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from trials.data.readers.file_facts import Loss
from trials.data.readers.files import table_files, table_stem
from trials.data.readers.other_splits import SplitFiles, split_folders_of, unread, with_losses
from trials.data.readers.part_files import joined_files
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.split_names import TRAIN, split_in, split_of
from trials.errors import DataError

_PART = re.compile(r"(?P<name>.+?)[-_.](?P<number>\d+)-of-(?P<count>\d+)(?:-[0-9a-f]+)?")
_FOLDER_OF_THE_HUB = "data"
_SHOWN_FILES = 5


@dataclass(frozen=True)
class _Found:
    """The files of each split, those with exact names (`train`) before those with a word (`my_train`), and the rest."""

    splits: Mapping[str, Sequence[Path]]
    others: Sequence[Path]


def has_split_files(folder: Path) -> bool:
    """Return whether a file in `folder`, or in its folder `data`, is named for the training split."""
    return _place(folder) is not None


def read_split_files(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return one table for each split that files are named for; files that are named for none are told.

    Args:
        folder: the folder.
        options: what the user said about how its files are read.

    Raises:
        DataError: two files are named for the same split and are no parts of one, a file cannot be read, or a folder
            beside them is named for a split that no file is named for.
    """
    files = split_files(folder)
    tables = {split: joined_files(folder, paths, options) for split, paths in files.splits.items()}
    return with_losses(tables, files.losses)


def split_files(folder: Path) -> SplitFiles:
    """Return the files of each split, in the order of their parts, and what is not read.

    Raises:
        DataError: two files are named for the same split and are no parts of one, or a folder beside them is named for
            a split that no file is named for.
    """
    found = _found(_place(folder) or folder)
    for split, paths in found.splits.items():
        _check_parts(folder, split, paths)
    used = list(chain.from_iterable(found.splits.values()))
    elsewhere = unread(folder, found.splits, _split_folders(folder), used)
    return SplitFiles(found.splits, (*_loss_of(found.others), *elsewhere))


def _split_folders(folder: Path) -> list[tuple[str, Path]]:
    place = _place(folder) or folder
    return [*split_folders_of(folder), *(() if place == folder else split_folders_of(place))]


def _place(folder: Path) -> Path | None:
    for place in (folder, folder / _FOLDER_OF_THE_HUB):
        if place.is_dir() and TRAIN in _found(place).splits:
            return place
    return None


def _found(folder: Path) -> _Found:
    files = table_files(folder)
    exact: dict[str, list[Path]] = {}
    by_word: dict[str, list[Path]] = {}
    for path in files:
        part = _part(path)
        name = table_stem(path) if part is None else part["name"]
        if (split := split_of(name)) is not None:
            exact.setdefault(split, []).append(path)
        elif (split := split_in(name)) is not None:
            by_word.setdefault(split, []).append(path)
    splits = {**by_word, **exact}
    used = {path for paths in splits.values() for path in paths}
    return _Found(splits, [path for path in files if path not in used])


def _part(path: Path) -> "re.Match[str] | None":
    return _PART.fullmatch(table_stem(path))


def _check_parts(folder: Path, split: str, paths: Sequence[Path]) -> None:
    """Check that the files of a split are one file, or all parts of one table."""
    parts = [_part(path) for path in paths]
    if len(paths) == 1 and parts[0] is None:
        return
    sets = {(part["name"], part["count"], path.suffix) for part, path in zip(parts, paths, strict=True) if part}
    if len(sets) != 1 or None in parts:
        raise DataError(
            f"{folder} must hold one {split} file, but it has {' and '.join(path.name for path in paths[:3])}. "
            "Move one of them away."
        )
    (count,) = (int(count) for _, count, _ in sets)
    if len(paths) != count:
        raise DataError(f"{folder} must hold all {count} parts of the {split} split, but it has {len(paths)}.")


def _loss_of(others: Sequence[Path]) -> tuple[Loss, ...]:
    if not others:
        return ()
    names = ", ".join(path.name for path in others[:_SHOWN_FILES]) + (", ..." if len(others) > _SHOWN_FILES else "")
    return (Loss(f"files beside it are named for no split of their own and were not read: {names}", len(others)),)
