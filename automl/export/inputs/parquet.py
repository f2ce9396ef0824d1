"""Streams Parquet files in batches."""

from collections.abc import Iterator
from pathlib import Path

from automl.export.inputs.rows import Row, Rows
from trials.errors import DataError


def parquet_rows(source: Path) -> Rows:
    """Return the rows of a Parquet file.

    Raises:
        DataError: it is not a Parquet file, or it is damaged.
    """
    import pyarrow as pa  # noqa: PLC0415 - for this one format
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(source)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{source} must be a Parquet file, but it cannot be read as one: {error}") from error

    def stream() -> Iterator[Row]:
        for batch in file.iter_batches():
            yield from batch.to_pylist()

    return Rows(tuple(file.schema_arrow.names), stream)
