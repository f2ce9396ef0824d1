"""Reading of labelled rows, in their given splits, from a source that the user named."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from search_spaces.near_miss import did_you_mean
from trials.data.columns import Columns, RowForm, also_column, cells_of, find_columns, parse_times, splits_of
from trials.data.corpora import CORPORA, read_corpus
from trials.data.labels import from_indicators
from trials.data.options import DataOptions
from trials.data.readers import Cells, ReadOptions, Table, read_file, read_folder
from trials.data.split_names import TEST, TRAIN, VALIDATION
from trials.errors import DataError


@dataclass(frozen=True)
class SourceRows:
    """Parallel cells of rows, stripped of surrounding white space; a missing cell is an empty string.

    Attributes:
        texts: the text of each row.
        labels: the label of each row.
        groups: the group of each row; None if there are no groups.
        times: a number for each row that grows with its time, NaN if that is missing; None if there are no times.
    """

    texts: Sequence[str]
    labels: Sequence[str]
    groups: Sequence[str] | None = None
    times: Sequence[float] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, chosen: Iterable[int]) -> "SourceRows":
        """Return the rows with the indices `chosen`, in that order."""
        chosen = list(chosen)
        return SourceRows(
            [self.texts[row] for row in chosen],
            [self.labels[row] for row in chosen],
            None if self.groups is None else [self.groups[row] for row in chosen],
            None if self.times is None else [self.times[row] for row in chosen],
        )

    def in_any_order(self) -> "SourceRows":
        """Return the rows in an order that only their cells decide."""
        parts = (self.texts, self.labels, self.groups or self.texts, map(str, self.times or self.texts))
        keys = list(zip(*parts, strict=True))
        return self.take(sorted(range(len(self)), key=keys.__getitem__))


@dataclass(frozen=True)
class Source:
    """What was read from a source.

    Attributes:
        rows: the rows of each given split; only `train` if no splits are given.
        tables: the tables that they come from, by split; one table if a column names the splits.
        columns: the columns that were used.
        strange_splits: number of rows by value of the split column that stands for no split; these rows are not in
            `rows`.
        split_values: values of the split column by split; empty if the splits are not from a column.
        form: how the cells of a row become its text.
    """

    rows: Mapping[str, SourceRows]
    tables: Mapping[str, Table]
    columns: Columns
    strange_splits: Mapping[str, int]
    split_values: Mapping[str, Sequence[str]]
    form: RowForm


def source_name(source: str) -> str:
    """Return a short name for the data: the corpus, or the file or folder without its suffix."""
    return source if source in CORPORA else Path(source).resolve().stem


def read_source(options: DataOptions) -> Source:
    """Return the labelled rows of each given split.

    Args:
        options: where the data lies, and which columns to use.

    Raises:
        DataError: something cannot be found or read, the columns are ambiguous, or a split is given twice.
    """
    tables = options.tables or _tables(options.source, options.read)
    columns = find_columns(tables[TRAIN], options)
    form = _form(tables[TRAIN], columns)
    if len(tables) == 1 and columns.split is not None:
        found = _by_split_column(tables[TRAIN], columns, columns.split, form)
    else:
        if options.split is not None:
            raise DataError(
                f"The splits must be given once, but {options.source} has its own ({', '.join(tables)}) and "
                f"the column {options.split!r} was named. Leave out --split."
            )
        columns = replace(columns, split=None)
        rows = {split: _rows(table, columns, form, is_train=split == TRAIN) for split, table in tables.items()}
        found = Source(rows, tables, columns, {}, {}, form)
    for split, path in ((VALIDATION, options.validation), (TEST, options.test)):
        if path is None:
            continue
        if split in found.rows:
            raise DataError(
                f"The {split} split must be given once, but {options.source} has one and {path} was named. "
                "Leave one of them out."
            )
        table = _given_file(path, options.read)
        rows = {**found.rows, split: _rows(table, columns, form, is_train=False)}
        found = replace(found, rows=rows, tables={**found.tables, split: table})
    if options.tables is not None and not options.in_order:
        found = replace(found, rows={split: rows.in_any_order() for split, rows in found.rows.items()})
    return found


def _tables(source: str, read: ReadOptions) -> dict[str, Table]:
    if source in CORPORA:
        return {TRAIN: read_corpus(source)}
    path = Path(source).expanduser()
    if not os.path.lexists(path):  # unlike Path.exists, it does not raise for an invalid path
        raise DataError(
            f"The data must be a file, a folder or a corpus ({', '.join(CORPORA)}), but {source!r} is none of them."
            f"{near_path(path, CORPORA)}"
        )
    return read_folder(path, read) if path.is_dir() else {TRAIN: read_file(path, read)}


def _given_file(path: Path, read: ReadOptions) -> Table:
    if not path.is_file():
        raise DataError(f"There must be a file {str(path)!r}, but there is none.{near_path(path, ())}")
    return read_file(path, read)


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


def _form(table: Table, columns: Columns) -> RowForm:
    return RowForm(
        columns.text, tuple(also_column(name, _needed(table, name), str(table.origin)) for name in columns.also)
    )


def _by_split_column(table: Table, columns: Columns, name: str, form: RowForm) -> Source:
    cells = cells_of(table, name) or ()
    names = splits_of(cells)
    chosen: dict[str, list[int]] = {}
    strange: Counter[str] = Counter()
    for row, value in enumerate(cells):
        if (split := names[value]) is None:
            strange[(value or "").strip()] += 1
        else:
            chosen.setdefault(split, []).append(row)
    if TRAIN not in chosen:
        values = ", ".join(repr(value) for value in list(names)[:5])
        raise DataError(
            f"The split column {name!r} of {table.origin} must name training rows ('train'), but it holds {values}."
        )
    rows = _rows(table, columns, form, is_train=True)
    values_of: dict[str, list[str]] = {}
    for value, split in names.items():
        if split is not None:
            values_of.setdefault(split, []).append((value or "").strip())
    taken = {split: rows.take(numbers) for split, numbers in chosen.items()}
    return Source(taken, {TRAIN: table}, columns, strange, values_of, form)


def _rows(table: Table, columns: Columns, form: RowForm, *, is_train: bool) -> SourceRows:
    """Return the rows of a table. Only a table of held-out rows may lack the label; all its labels are empty then."""
    texts = form.texts([_needed(table, name) for name in form.columns])
    labels: Cells | None
    if columns.indicators:
        labels = from_indicators({name: _needed(table, name) for name in columns.indicators}, table.origin)
    else:
        labels = cells_of(table, columns.label)
    if labels is None:
        labels = _needed(table, columns.label) if is_train else [None] * len(table)
    names: dict[str, str] = {}  # equal labels are one object, as millions of them take much memory
    stripped = [names.setdefault(name, name) for name in ((cell or "").strip() for cell in labels)]
    _check_unicode(table, columns.label, stripped)
    groups = None if columns.group is None else [(cell or "").strip() for cell in _needed(table, columns.group)]
    times = None if columns.time is None else parse_times(_needed(table, columns.time), columns.time, table.origin)
    return SourceRows(texts, stripped, groups, times)


def _needed(table: Table, name: str) -> Cells:
    cells = cells_of(table, name)
    if cells is None:
        raise DataError(
            f"{table.origin} must have the columns of the training data, but it has no {name!r}. "
            f"It has: {', '.join(table.columns)}."
        )
    return cells


def _check_unicode(table: Table, column: str, labels: Sequence[str]) -> None:
    """Refuse labels that no file can hold: half of a surrogate pair, as a cut emoji in JSON leaves it."""
    for label in dict.fromkeys([column, *labels]):
        if any("\ud800" <= character <= "\udfff" for character in label):
            row = f" (row {labels.index(label) + 1} of the data)" if label in labels else ""
            raise DataError(
                f"The labels of {table.origin} must be valid Unicode, but {label!a}{row} has half of a surrogate "
                "pair, as a cut emoji leaves it. Correct the label."
            )
