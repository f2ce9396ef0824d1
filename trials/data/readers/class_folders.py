"""A folder of text files for each class, directly or below `train`, `validation` and `test`."""

from collections.abc import Sequence
from pathlib import Path

from trials.data.readers.class_files import class_files, has_text_files, visible_folders
from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.files import table_files, table_stem
from trials.data.readers.other_splits import with_unread
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import DecodedText, decode_together
from trials.data.split_names import TRAIN, names_by_split, split_of


def has_class_folders(folder: Path) -> bool:
    """Return whether `folder` has sub-folders with text files in them, or split folders that have such sub-folders."""
    return bool(_class_folders(folder) or _split_folders(folder))


def read_class_folders(folder: Path, options: ReadOptions = READ_OPTIONS) -> dict[str, Table]:
    """Return one table for each split folder, or all of `folder` as `train` if there are none. A file is one example.

    Raises:
        DataError: a file cannot be decoded as text, two folders stand for the same split, or a file beside them is
            named for a split that no folder is named for.
    """
    if names := _split_folders(folder):
        splits = names_by_split(names, folder)
        tables = {split: read_classes(folder / name, options) for split, name in splits.items()}
        files = [(table_stem(path), path) for path in table_files(folder)]
        return with_unread(folder, tables, files, [folder / name for name in splits.values()])
    return {TRAIN: read_classes(folder, options)}


def read_classes(folder: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns `text` and `label` of `folder`, which has a folder for each class, by class and file name.

    Args:
        folder: the folder.
        options: the encoding.
    """
    files = class_files(folder)
    contents = [(path, path.read_bytes()) for path, _ in files.labelled]  # an empty file is an empty text
    decoded = decode_together(contents, options.encoding, folder)
    columns = {"text": [text.text for text in decoded], "label": [label for _, label in files.labelled]}
    return Table(folder, columns, (_facts(folder, decoded, files.losses),))


def _class_folders(folder: Path) -> list[Path]:
    return [path for path in visible_folders(folder) if has_text_files(path)]


def _facts(folder: Path, decoded: Sequence[DecodedText], losses: Sequence[Loss]) -> FileFacts:
    encodings = sorted({text.encoding for text in decoded})
    damaged = [loss for text in decoded for loss in text.losses]
    totals = {loss.what: sum(other.count for other in damaged if other.what == loss.what) for loss in damaged}
    return FileFacts(
        folder,
        "a folder of text files for each class",
        len(decoded),
        encoding=" and ".join(encodings),
        confidence=next((text.confidence for text in decoded if text.confidence is not None), None),
        losses=(*losses, *(Loss(what, count) for what, count in totals.items())),
    )


def _split_folders(folder: Path) -> list[str]:
    """Return the names of the folders that stand for splits; none if there is no training split."""
    names = [path.name for path in visible_folders(folder) if split_of(path.name) and _class_folders(path)]
    return names if TRAIN in map(split_of, names) else []
