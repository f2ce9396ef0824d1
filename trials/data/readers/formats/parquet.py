"""Parquet files."""

from pathlib import Path

from trials.data.readers.arrow import arrow_table, schema_features
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import read_bytes
from trials.errors import DataError


def read_parquet(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns of a Parquet file, with class names if Hugging Face `datasets` wrote them.

    Args:
        path: the file.
        options: nothing in them concerns this format.

    Raises:
        DataError: it is not a Parquet file, or it is damaged.
    """
    import pyarrow as pa  # noqa: PLC0415  (needed for a few formats only)
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        table = pq.read_table(pa.BufferReader(read_bytes(path)))
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} must be a Parquet file, but it cannot be read as one: {error}") from error
    return arrow_table(path, table, schema_features(table.schema), "Parquet")
