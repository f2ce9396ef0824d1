"""Where the rows of a data set lie in the files that the user has."""

from collections.abc import Iterator
from dataclasses import dataclass

from trials.data.columns import find_columns
from trials.data.options import DataOptions
from trials.data.quality.cleaning import text_key
from trials.data.readers import Table
from trials.data.sources import given_file, read_tables
from trials.data.split_names import TRAIN


@dataclass(frozen=True)
class RowOrigin:
    """One row as it was read.

    Attributes:
        file: name of its file, or of the folder or corpus that it was read from.
        row: number of the row; the first one below the header is 1.
        label: its label.
    """

    file: str
    row: int
    label: str


def row_origins(options: DataOptions) -> dict[str, list[RowOrigin]]:
    """Return all rows with a text and a label, by `text_key` of the text; several rows may have the same text.

    Args:
        options: where the data lies. Its corrections are not applied.

    Raises:
        DataError: something cannot be found or read, or the columns are ambiguous.
    """
    tables = read_tables(options.source)
    columns = find_columns(tables[TRAIN], options.text, options.label, options.split)
    others = [given_file(path) for path in (options.validation, options.test) if path is not None]
    found: dict[str, list[RowOrigin]] = {}
    for table in (*tables.values(), *others):
        for key, origin in _rows(table, columns.text, columns.label):
            found.setdefault(key, []).append(origin)
    return found


def _rows(table: Table, text: str, label: str) -> Iterator[tuple[str, RowOrigin]]:
    cells = zip(table.columns[text], table.columns[label], strict=True)
    for number, (text_cell, label_cell) in enumerate(cells, start=1):
        key, name = text_key(text_cell or ""), (label_cell or "").strip()
        if key and name:
            yield key, RowOrigin(table.origin.name, number, name)
