"""Reading of labelled rows, in their given splits, from a source that the user named."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from search_spaces.near_miss import did_you_mean
from trials.data.columns import Columns, find_columns
from trials.data.corpora import CORPORA, read_corpus
from trials.data.options import DataOptions
from trials.data.readers import Table, read_file, read_folder
from trials.data.split_names import SPLIT_NAMES, TEST, TRAIN, VALIDATION, split_of
from trials.errors import DataError


@dataclass(frozen=True)
class SourceRows:
    """Parallel texts and labels, stripped of surrounding white space; a missing cell is an empty string."""

    texts: Sequence[str]
    labels: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, chosen: Iterable[int]) -> "SourceRows":
        """Return the rows with the indices `chosen`, in that order."""
        chosen = list(chosen)
        return SourceRows([self.texts[row] for row in chosen], [self.labels[row] for row in chosen])


def source_name(source: str) -> str:
    """Return a short name for the data: the corpus, or the file or folder without its suffix."""
    return source if source in CORPORA else Path(source).resolve().stem


def read_source(options: DataOptions) -> dict[str, SourceRows]:
    """Return the labelled rows of each given split; only `train` if no splits are given.

    Args:
        options: where the data lies, and which columns to use.

    Raises:
        DataError: something cannot be found or read, the columns are ambiguous, or a split is given twice.
    """
    tables = read_tables(options.source)
    columns = find_columns(tables[TRAIN], options.text, options.label, options.split)
    if len(tables) == 1 and columns.split is not None:
        rows = _by_split_column(tables[TRAIN], columns, columns.split)
    else:
        if options.split is not None:
            raise DataError(
                f"The splits must be given once, but {options.source} has its own ({', '.join(tables)}) and "
                f"the column {options.split!r} was named. Leave out --split."
            )
        rows = {split: _rows(table, columns) for split, table in tables.items()}
    for split, path in ((VALIDATION, options.validation), (TEST, options.test)):
        if path is None:
            continue
        if split in rows:
            raise DataError(
                f"The {split} split must be given once, but {options.source} has one and {path} was named. "
                "Leave one of them out."
            )
        rows[split] = _rows(given_file(path), columns)
    return rows


def read_tables(source: str) -> dict[str, Table]:
    """Return the tables of a corpus, a file or a folder by split; only `train` if it has no splits of its own.

    Raises:
        DataError: it cannot be found or read.
    """
    if source in CORPORA:
        return {TRAIN: read_corpus(source)}
    path = Path(source).expanduser()
    if not os.path.lexists(path):  # unlike Path.exists, it does not raise for an invalid path
        raise DataError(
            f"The data must be a file, a folder or a corpus ({', '.join(CORPORA)}), but {source!r} is none of them."
            f"{near_path(path, CORPORA)}"
        )
    return read_folder(path) if path.is_dir() else {TRAIN: read_file(path)}


def given_file(path: Path) -> Table:
    """Return the table of a file that holds one split.

    Raises:
        DataError: it does not exist, or cannot be read.
    """
    if not path.is_file():
        raise DataError(f"There must be a file {str(path)!r}, but there is none.{near_path(path, ())}")
    return read_file(path)


def near_path(path: Path, others: Iterable[str]) -> str:
    """Return a hint with the closest match among the files beside `path` and among `others`; empty if there is none.

    Args:
        path: the path that does not exist; the hint has the same form.
        others: other valid names.
    """
    try:
        siblings = {sibling.name: str(sibling) for sibling in path.parent.iterdir()}
    except OSError:
        siblings = {}
    hint = did_you_mean(path.name, [*others, *siblings])
    if not hint and not path.parent.is_dir():
        return f" The folder does not exist either: {str(path.parent)!r}."
    return hint


def _by_split_column(table: Table, columns: Columns, name: str) -> dict[str, SourceRows]:
    chosen: dict[str, list[int]] = {}
    for row, value in enumerate(table.columns[name]):
        split = split_of(value)
        if split is None:
            raise DataError(
                f"Every cell of the split column {name!r} of {table.origin} must be one of {', '.join(SPLIT_NAMES)}, "
                f"not {value!r} (row {row + 1} of the data)."
            )
        chosen.setdefault(split, []).append(row)
    if TRAIN not in chosen:
        raise DataError(f"The split column {name!r} of {table.origin} must name training rows ('train'); it has none.")
    rows = _rows(table, columns)
    return {split: rows.take(numbers) for split, numbers in chosen.items()}


def _rows(table: Table, columns: Columns) -> SourceRows:
    for name in (columns.text, columns.label):
        if name not in table.columns:
            raise DataError(
                f"{table.origin} must have the columns of the training data, but it has no {name!r}. "
                f"It has: {', '.join(table.columns)}."
            )
    texts, labels = ([(cell or "").strip() for cell in table.columns[name]] for name in (columns.text, columns.label))
    return SourceRows(texts, labels)
