"""Readers of single files, by suffix."""

from collections.abc import Callable
from pathlib import Path

from trials.data.readers.delimited import read_delimited
from trials.data.readers.formats import read_arrow_file, read_json_lines, read_lines, read_parquet, read_workbook
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import COMPRESSIONS, table_suffix
from trials.errors import DataError

READERS: dict[str, Callable[[Path, ReadOptions], Table]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".json": read_json_lines,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".parquet": read_parquet,
    ".arrow": read_arrow_file,
    ".feather": read_arrow_file,
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".xlsb": read_workbook,
    ".xls": read_workbook,
    ".ods": read_workbook,
    ".txt": read_lines,
}


def read_file(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the table in the file at `path`, read by the reader for its suffix; it may be compressed.

    Args:
        path: the file.
        options: what the user said about how it is read.

    Raises:
        DataError: there is no reader for the suffix, or the reader rejects the file.
    """
    reader = READERS.get(table_suffix(path))
    if reader is None:
        raise DataError(
            f"{path} must be a file that can be read by its suffix ({', '.join(READERS)}; also compressed: "
            f"{', '.join(COMPRESSIONS)}), not {path.suffix!r}. Export or rename it."
        )
    return reader(path, options)
