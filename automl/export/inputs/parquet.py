"""Streams Parquet files in batches."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from automl.export.inputs.rows import Row, Rows
from trials.errors import DataError


def parquet_rows(source: Path) -> Rows:
    """Return the rows of a Parquet file.

    Raises:
        DataError: it is not a Parquet file, or it is damaged. Damage to single rows shows only when they are read.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - for this one format

    with _damage_of(source):
        file = pq.ParquetFile(source)

    def stream() -> Iterator[Row]:
        batches = file.iter_batches()
        while True:
            with _damage_of(source):
                batch = next(batches, None)
                rows = None if batch is None else batch.to_pylist()
            if rows is None:
                return
            yield from rows

    return Rows(tuple(file.schema_arrow.names), stream)


@contextmanager
def _damage_of(source: Path) -> Iterator[None]:
    import pyarrow as pa  # noqa: PLC0415 - for this one format

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:  # a text that is not UTF-8 is a ValueError
        raise DataError(f"{source} must be a Parquet file, but it cannot be read as one: {error}") from error
