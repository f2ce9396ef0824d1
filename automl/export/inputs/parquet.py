"""Streams Parquet files in batches."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from automl.export.inputs.rows import Row, Rows
from trials.data.readers import READ_OPTIONS, FileFacts, ReadOptions, as_text, check_names, may_be_text, read_bytes
from trials.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


def parquet_rows(source: Path, options: ReadOptions = READ_OPTIONS) -> Rows:
    """Return the rows of a Parquet file, in which bytes that are UTF-8 are text.

    Raises:
        DataError: it is not a Parquet file, repeats a name of a column, or is damaged. Damage to single rows shows only
            when they are read.
    """
    import pyarrow as pa  # noqa: PLC0415 - for this one format
    import pyarrow.parquet as pq  # noqa: PLC0415

    with _damage_of(source):
        compressed = source.suffix.lower() != ".parquet"
        file = pq.ParquetFile(pa.BufferReader(read_bytes(source)) if compressed else source)

    check_names(source, file.schema_arrow.names)

    def stream() -> Iterator[Row]:
        batches = file.iter_batches()
        while True:
            with _damage_of(source):
                batch = next(batches, None)
                rows = None if batch is None else _decoded(batch).to_pylist()
            if rows is None:
                return
            yield from rows

    left_out = tuple((field.name, str(field.type)) for field in file.schema_arrow if not may_be_text(field.type))
    facts = FileFacts(source, "Parquet", file.metadata.num_rows, left_out=left_out)
    return Rows(tuple(file.schema_arrow.names), stream, (facts,))


def _decoded(batch: "pa.RecordBatch") -> "pa.Table":
    """Return the rows of a batch, in which bytes that are UTF-8 are text."""
    import pyarrow as pa  # noqa: PLC0415 - for this one format

    table = pa.table(batch)
    columns = {name: as_text(table.column(name)) for name in table.column_names}
    return pa.table({name: table.column(name) if text is None else text for name, text in columns.items()})


@contextmanager
def _damage_of(source: Path) -> Iterator[None]:
    import pyarrow as pa  # noqa: PLC0415 - for this one format

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:  # a text that is not UTF-8 is a ValueError
        raise DataError(f"{source} must be a Parquet file, but it cannot be read as one: {error}") from error
