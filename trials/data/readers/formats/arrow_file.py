"""Arrow files: of the file format (Feather 2), the stream format that `datasets` caches, and Feather 1."""

from pathlib import Path
from typing import TYPE_CHECKING

from trials.data.readers.arrow import arrow_table, schema_features
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import read_bytes
from trials.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


def read_arrow_file(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the columns of an Arrow file, with class names if Hugging Face `datasets` wrote them.

    Args:
        path: the file.
        options: nothing in them concerns this format.

    Raises:
        DataError: it is not an Arrow file, or it is damaged.
    """
    import pyarrow as pa  # noqa: PLC0415  (needed for a few formats only)

    try:
        table = _table(read_bytes(path))
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} must be an Arrow or Feather file, but it cannot be read as one: {error}") from error
    return arrow_table(path, table, schema_features(table.schema), "Arrow")


def _table(data: bytes) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415  (needed for a few formats only)
    from pyarrow import feather  # noqa: PLC0415

    source = pa.BufferReader(data)
    if data.startswith((b"ARROW1", b"FEA1")):
        return feather.read_table(source)
    with pa.ipc.open_stream(source) as stream:
        return stream.read_all()
