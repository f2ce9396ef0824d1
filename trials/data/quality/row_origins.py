"""Where the rows of a data set lie in the files that the user has."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trials.data.columns import Columns, RowForm, cells_of
from trials.data.labels import from_indicators
from trials.data.options import DataOptions
from trials.data.quality.cleaning import text_key
from trials.data.readers import Cells, Table
from trials.data.sources import read_source


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
    source = read_source(options)
    found: dict[str, list[RowOrigin]] = {}
    for table in {id(table): table for table in source.tables.values()}.values():
        for key, origin in _rows(table, source.columns, source.form):
            found.setdefault(key, []).append(origin)
    return found


def _rows(table: Table, columns: Columns, form: RowForm) -> Iterator[tuple[str, RowOrigin]]:
    texts = form.texts([cells_of(table, name) or () for name in form.columns])
    labels = _labels(table, columns) or [None] * len(table)
    for number, (text, label) in enumerate(zip(texts, labels, strict=True), start=1):
        key, name = text_key(text), (label or "").strip()
        if key and name:
            yield key, RowOrigin(Path(table.origin).name, number, name)


def _labels(table: Table, columns: Columns) -> Cells | None:
    if not columns.indicators:
        return cells_of(table, columns.label)
    return from_indicators({name: cells_of(table, name) or () for name in columns.indicators}, table.origin)
