"""Readers of single files, by suffix."""

from collections.abc import Callable
from pathlib import Path

from trials.data.readers.delimited import read_delimited
from trials.data.readers.json_lines import read_json_lines
from trials.data.readers.lines import read_lines
from trials.data.readers.parquet import read_parquet
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.errors import DataError

READERS: dict[str, Callable[[Path, ReadOptions], Table]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".json": read_json_lines,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".parquet": read_parquet,
    ".txt": read_lines,
}


def read_file(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the table in the file at `path`, read by the reader for its suffix.

    Args:
        path: the file.
        options: what the user said about how it is read.

    Raises:
        DataError: there is no reader for the suffix, or the reader rejects the file.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            f"{path} must be a file that can be read by its suffix ({', '.join(READERS)}), not {path.suffix!r}. "
            "Export or rename it."
        )
    return reader(path, options)
