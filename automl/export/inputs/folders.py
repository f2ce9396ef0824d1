"""Reads the rows of a folder: all that a search reads of it, one file after the other."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from automl.export.inputs.files import open_rows, table_rows
from automl.export.inputs.lines import TEXT
from automl.export.inputs.rows import Rows, joined
from trials.data import TEST, TRAIN, VALIDATION
from trials.data.readers import (
    READ_OPTIONS,
    FileFacts,
    Loss,
    ReadOptions,
    Table,
    decode_together,
    layout_of,
    read_folder,
    table_files,
    visible_folders,
)
from trials.errors import DataError

FILE = "file"
"""The column with the names of text files."""

_SHOWN = 5


def open_folder(folder: Path, label_names: Collection[str], options: ReadOptions = READ_OPTIONS) -> Rows:
    """Return the rows of a folder in any layout that a search reads, or of a folder of text files.

    The splits come in the order of training, validation and test, the parts of a table in the order of their names, and
    text files in that of theirs. Each file is streamed if a file alone would be.

    Args:
        folder: the folder.
        label_names: the model's labels.
        options: what the user said about how its files are read.

    Raises:
        DataError: the folder has no known layout, holds tables or folders beside text files, or a file cannot be read.
    """
    try:
        layout = layout_of(folder)
        texts = sorted(path for path in folder.glob("*.txt") if path.is_file() and not path.name.startswith("."))
        if layout is None and texts:
            _check_alone(folder, texts)
            return _text_files(folder, texts, options)
        if layout is not None and layout.files is not None:
            files = layout.files(folder)
            paths = chain.from_iterable(files.splits[split] for split in _in_order(files.splits))
            return _telling(joined({str(path): open_rows(path, label_names, options) for path in paths}), files.losses)
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror} ({error.filename}).") from error
    tables = read_folder(folder, replace(options, keep_empty=True))
    return joined({f"the split {split}": table_rows(tables[split]) for split in _in_order(tables)})


def _in_order(splits: Collection[str]) -> list[str]:
    return [split for split in (TRAIN, VALIDATION, TEST) if split in splits]


def _telling(rows: Rows, losses: Sequence[Loss]) -> Rows:
    """Return the rows, whose first file tells what beside it is not read."""
    first, *others = rows.found
    return replace(rows, found=(replace(first, losses=(*first.losses, *losses)), *others))


def _check_alone(folder: Path, texts: Sequence[Path]) -> None:
    """Refuse tables, compressed texts and folders beside text files, since one or the other would not be labelled."""
    tables = [path for path in table_files(folder) if path not in texts]
    if others := [path.name for path in (*tables, *visible_folders(folder))]:
        shown = ", ".join(others[:_SHOWN]) + (", ..." if len(others) > _SHOWN else "")
        raise DataError(
            f"{folder} must hold text files alone, a text each, but {shown} would not be read beside them. Name a file "
            "instead of the folder, or move them away."
        )


def _text_files(folder: Path, paths: Sequence[Path], options: ReadOptions) -> Rows:
    """Return one row for each file."""
    decoded = decode_together([(path, path.read_bytes()) for path in paths], options.encoding, folder)
    losses = tuple(loss for text in decoded for loss in text.losses)
    confidence = next((text.confidence for text in decoded if text.confidence is not None), None)
    encoding = " and ".join(sorted({text.encoding for text in decoded}))
    facts = FileFacts(folder, "text files", len(paths), None, encoding, confidence, None, losses)
    columns = {FILE: [path.name for path in paths], TEXT: [text.text for text in decoded]}
    return table_rows(Table(folder, columns, (facts,)))
