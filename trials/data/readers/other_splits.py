"""Files and folders that are named for a split, but that the layout of their folder does not read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trials.data.readers.class_files import has_text_files, visible_folders
from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.files import table_files
from trials.data.readers.table import Table
from trials.data.split_names import TRAIN, split_in, split_of
from trials.errors import DataError

_SHOWN = 5


@dataclass(frozen=True)
class SplitFiles:
    """The files of a folder that are read.

    Attributes:
        splits: the files of each split.
        losses: what lies beside them and is not read.
    """

    splits: Mapping[str, Sequence[Path]]
    losses: tuple[Loss, ...] = ()


def with_unread(
    folder: Path, tables: dict[str, Table], entries: Collection[tuple[str, Path]], used: Collection[Path]
) -> dict[str, Table]:
    """Return the tables, of which that of the training rows tells what was not read.

    Args:
        folder: the folder that was read.
        tables: what was read of it, by split.
        entries: the files and folders that may hold a split, with their names without suffixes.
        used: the files that were read.

    Raises:
        DataError: one of `entries` is named for a split that was not read at all.
    """
    return with_losses(tables, unread(folder, tables, entries, used))


def unread(
    folder: Path, splits: Collection[str], entries: Collection[tuple[str, Path]], used: Collection[Path]
) -> tuple[Loss, ...]:
    """Return what to tell of those of `entries` that are named for a split that is read from elsewhere.

    Args:
        folder: the folder.
        splits: the splits that are read of it.
        entries: the files and folders that may hold a split, with their names without suffixes.
        used: the files that are read.

    Raises:
        DataError: one of `entries` is named for a split that is not read at all.
    """
    read = {*used, *(parent for path in used for parent in path.parents)}
    named = [(split_in(name), path) for name, path in entries if path not in read]
    others = [(split, path) for split, path in named if split is not None]
    if missing := [path.name for split, path in others if split not in splits]:
        raise DataError(
            f"{folder} must hold all splits in one form, but {_listed(missing)} would not be read beside "
            f"{_listed(sorted({path.relative_to(folder).parts[0] for path in used}))}. Use files (train.csv, test.csv) "
            "or folders (train, test) for all of them, name the files (--validation, --test), or move it away."
        )
    if not others:
        return ()
    names = _listed([path.name for _, path in others])
    what = f"files or folders are named for a split that is read from elsewhere, and were not read: {names}"
    return (Loss(what, len(others)),)


def unused_splits(names: Collection[str], used: Collection[str]) -> tuple[Loss, ...]:
    """Return what to tell of the splits of a data set that stand for none of the three.

    Args:
        names: the names of all its splits.
        used: those that are read.
    """
    if not (others := [name for name in names if name not in used]):
        return ()
    what = f"splits stand for neither training nor validation nor test, and were not read: {_listed(others)}"
    return (Loss(what, len(others)),)


def split_folders_of(place: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each folder that is named for a split and holds tables, or folders of texts."""
    for path in visible_folders(place):
        if split_of(path.name) is None:
            continue
        if any(file.suffix.lower() != ".txt" for file in table_files(path)) or any(
            map(has_text_files, visible_folders(path))
        ):
            yield path.name, path


def with_losses(tables: dict[str, Table], losses: Sequence[Loss]) -> dict[str, Table]:
    """Return the tables, of which that of the training rows tells of more things that were not read.

    Args:
        tables: the tables by split, with one for training.
        losses: what was not read.
    """
    if not losses:
        return tables
    table = tables[TRAIN]
    first = table.found[0] if table.found else FileFacts(table.origin, "table", len(table))
    found = (replace(first, losses=(*first.losses, *losses)), *table.found[1:])
    return {**tables, TRAIN: replace(table, found=found)}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
