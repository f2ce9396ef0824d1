"""A folder for each class, `<class>/*.txt`, directly or below `train`, `validation` and `test`."""

from collections.abc import Sequence
from pathlib import Path

from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import DecodedText, decode_together
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
    files = [(path, classes.name) for classes in _class_folders(folder) for path in _texts(classes)]
    contents = [(path, path.read_bytes()) for path, _ in files]  # an empty file is an empty text
    decoded = decode_together(contents, options.encoding, folder)
    columns = {"text": [text.text for text in decoded], "label": [label for _, label in files]}
    return Table(folder, columns, (_facts(folder, decoded),))


def _class_folders(folder: Path) -> list[Path]:
    return [path for path in _folders(folder) if _texts(path)]


def _texts(folder: Path) -> list[Path]:
    """Return the text files of a folder; hidden ones, as macOS leaves beside others, are none."""
    return sorted(path for path in folder.glob("*.txt") if not path.name.startswith("."))


def _facts(folder: Path, decoded: Sequence[DecodedText]) -> FileFacts:
    encodings = sorted({text.encoding for text in decoded})
    losses = [loss for text in decoded for loss in text.losses]
    totals = {loss.what: sum(other.count for other in losses if other.what == loss.what) for loss in losses}
    return FileFacts(
        folder,
        "a folder of text files for each class",
        len(decoded),
        encoding=" and ".join(encodings),
        confidence=next((text.confidence for text in decoded if text.confidence is not None), None),
        losses=tuple(Loss(what, count) for what, count in totals.items()),
    )


def _split_folders(folder: Path) -> list[str]:
    """Return the names of the folders that stand for splits; none if there is no training split."""
    names = [path.name for path in _folders(folder) if split_of(path.name) and _class_folders(path)]
    return names if TRAIN in map(split_of, names) else []


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
