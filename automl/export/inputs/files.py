"""Chooses the reader for an input file."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from automl.export.inputs.lines import is_labelled, line_rows
from automl.export.inputs.parquet import parquet_rows
from automl.export.inputs.rows import Row, Rows
from trials.data.readers import (
    READ_OPTIONS,
    FileFacts,
    ReadOptions,
    Table,
    open_delimited,
    read_file,
    read_records,
    table_suffix,
)


def delimited_rows(source: Path, options: ReadOptions) -> Rows:
    """Return the rows of a delimited file; a single column is enough, unlike in training, and empty rows are rows."""
    file = open_delimited(source, replace(options, keep_empty=True))
    return Rows(file.columns, lambda: (dict(zip(file.columns, row, strict=True)) for row in file.rows()), (file.facts,))


def json_rows(source: Path, options: ReadOptions) -> Rows:
    """Return the objects of a file as rows; the columns are all names that one of them has."""
    records = read_records(source, options)
    names: dict[str, None] = {}
    count = 0
    for record in records.rows:
        names.update(dict.fromkeys(record))
        count += 1
    how = records.decoded
    facts = FileFacts(source, "JSON", count, None, how.encoding, how.confidence, None, how.losses)
    return Rows(tuple(names), lambda: read_records(source, options).rows, (facts,))


INPUTS: dict[str, Callable[[Path, ReadOptions], Rows]] = {
    ".csv": delimited_rows,
    ".tsv": delimited_rows,
    ".json": json_rows,
    ".jsonl": json_rows,
    ".ndjson": json_rows,
    ".parquet": parquet_rows,
    ".txt": line_rows,
}
"""Readers by suffix that differ from those of the training: they stream, or need no labels."""


def open_rows(source: Path, label_names: Collection[str], options: ReadOptions = READ_OPTIONS) -> Rows:
    """Open a file, and return its rows.

    Args:
        source: a file of any format that a search reads; a text file has one text per line.
        label_names: the model's labels. A text file is read as labelled if each line is a label, a tab and a text.
        options: what the user said about how the file is read.

    Raises:
        DataError: the file cannot be read.
    """
    suffix = table_suffix(source)
    if (reader := INPUTS.get(suffix)) is not None:
        rows = reader(source, options)
        if suffix != ".txt" or not is_labelled(rows, label_names):
            return rows
    return table_rows(read_file(source, replace(options, keep_empty=True)))


def table_rows(table: Table) -> Rows:
    """Return the rows of a table in memory."""

    def stream() -> Iterator[Row]:
        for cells in zip(*table.columns.values(), strict=True):
            yield dict(zip(table.columns, cells, strict=True))

    return Rows(tuple(table.columns), stream, table.found)
