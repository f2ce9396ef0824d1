"""A folder for each class, `<class>/*.txt`, directly or below `train`, `validation` and `test`."""

from pathlib import Path

from trials.data.readers.decode import decode
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.split_names import TRAIN, names_by_split, split_of


def has_class_folders(folder: Path) -> bool:
    """Return whether `folder` has sub-folders with text files, directly or one level down in split folders."""
    return bool(_class_folders(folder) or _split_folders(folder))


def read_class_folders(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return one table for each split folder, or all of `folder` as `train` if there are none. A file is one example.

    Raises:
        DataError: a file cannot be decoded as text, or two folders stand for the same split.
    """
    if names := _split_folders(folder):
        splits = names_by_split(names, folder)
        return {split: read_classes(folder / name, options) for split, name in splits.items()}
    return {TRAIN: read_classes(folder, options)}


def read_classes(folder: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns `text` and `label` of `folder`, which has `<class>/*.txt`, by class and file name."""
    files = [(path, classes.name) for classes in _class_folders(folder) for path in sorted(classes.glob("*.txt"))]
    texts = [decode(path.read_bytes(), path) for path, _ in files]  # an empty file is an empty text
    return Table(folder, {"text": texts, "label": [label for _, label in files]})


def _class_folders(folder: Path) -> list[Path]:
    return [path for path in _folders(folder) if next(path.glob("*.txt"), None) is not None]


def _split_folders(folder: Path) -> list[str]:
    """Return the names of the folders that stand for splits; none if there is no training split."""
    names = [path.name for path in _folders(folder) if split_of(path.name) and _class_folders(path)]
    return names if TRAIN in map(split_of, names) else []


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
