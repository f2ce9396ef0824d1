"""Reads the rows of a folder: all that a search reads of it, one file after the other."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from automl.export.inputs.files import open_rows, table_rows
from automl.export.inputs.lines import TEXT
from automl.export.inputs.rows import Row, Rows
from trials.data import TEST, TRAIN, VALIDATION
from trials.data.readers import (
    READ_OPTIONS,
    FileFacts,
    ReadOptions,
    Table,
    decode_together,
    layout_of,
    read_folder,
)
from trials.errors import DataError

FILE = "file"
"""The column with the names of text files."""


def open_folder(folder: Path, label_names: Collection[str], options: ReadOptions = READ_OPTIONS) -> Rows:
    """Return the rows of a folder in any layout that a search reads, or of a folder of text files.

    The splits come in the order of training, validation and test, the parts of a table in the order of their names, and
    text files in that of theirs. Each file is streamed if a file alone would be.

    Args:
        folder: the folder.
        label_names: the model's labels.
        options: what the user said about how its files are read.

    Raises:
        DataError: the folder has no known layout, or a file cannot be read.
    """
    try:
        layout = layout_of(folder)
        texts = sorted(path for path in folder.glob("*.txt") if path.is_file() and not path.name.startswith("."))
        if layout is None and texts:
            return _text_files(folder, texts, options)
        if layout is not None and layout.files is not None:
            splits = layout.files(folder)
            paths = chain.from_iterable(splits[split] for split in _in_order(splits))
            return _joined([open_rows(path, label_names, options) for path in paths])
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {error.strerror} ({error.filename}).") from error
    tables = read_folder(folder, replace(options, keep_empty=True))
    return _joined([table_rows(tables[split]) for split in _in_order(tables)])


def _in_order(splits: Collection[str]) -> list[str]:
    return [split for split in (TRAIN, VALIDATION, TEST) if split in splits]


def _joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts, which may have different columns."""
    columns = dict.fromkeys(name for part in parts for name in part.columns)

    def stream() -> Iterator[Row]:
        for part in parts:
            yield from part.stream()

    return Rows(tuple(columns), stream, tuple(facts for part in parts for facts in part.found))


def _text_files(folder: Path, paths: Sequence[Path], options: ReadOptions) -> Rows:
    """Return one row for each file."""
    decoded = decode_together([(path, path.read_bytes()) for path in paths], options.encoding, folder)
    losses = tuple(loss for text in decoded for loss in text.losses)
    confidence = next((text.confidence for text in decoded if text.confidence is not None), None)
    encoding = " and ".join(sorted({text.encoding for text in decoded}))
    facts = FileFacts(folder, "text files", len(paths), None, encoding, confidence, None, losses)
    columns = {FILE: [path.name for path in paths], TEXT: [text.text for text in decoded]}
    return table_rows(Table(folder, columns, (facts,)))
