"""Chooses the reader for an input file."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from automl.export.inputs.delimited import delimited_rows
from automl.export.inputs.lines import is_labelled, line_rows
from automl.export.inputs.parquet import parquet_rows
from automl.export.inputs.rows import Row, Rows
from trials.data.readers import Table, read_file, read_records


def json_rows(source: Path) -> Rows:
    """Return the objects of a file as rows; the columns are all names that one of them has."""
    names = dict.fromkeys(name for record in read_records(source) for name in record)
    return Rows(tuple(names), lambda: read_records(source))


INPUTS: dict[str, Callable[[Path], Rows | None]] = {
    ".csv": delimited_rows,
    ".tsv": delimited_rows,
    ".json": json_rows,
    ".jsonl": json_rows,
    ".ndjson": json_rows,
    ".parquet": parquet_rows,
    ".txt": line_rows,
}
"""Streaming readers by suffix; they return None for a file that only the training reader can read."""


def open_rows(source: Path, label_names: Collection[str]) -> Rows:
    """Open a file, and return its rows.

    Args:
        source: CSV, TSV, JSON Lines, Parquet, or plain text with one text per line.
        label_names: the model's labels. A text file is read as labelled if each line is a label, a tab and a text.

    Raises:
        DataError: the file cannot be read.
    """
    suffix = source.suffix.lower()
    rows = INPUTS[suffix](source) if suffix in INPUTS else None
    if rows is None or (suffix == ".txt" and is_labelled(rows, label_names)):
        return _table_rows(read_file(source))
    return rows


def _table_rows(table: Table) -> Rows:
    def stream() -> Iterator[Row]:
        for cells in zip(*table.columns.values(), strict=True):
            yield dict(zip(table.columns, cells, strict=True))

    return Rows(tuple(table.columns), stream)
