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


def table_files(folder: Path) -> list[Path]:
    """Return the files of a folder that can be tables by their suffix, by name; hidden files are none.

    Args:
        folder: the folder.
    """
    return sorted(path for path in folder.iterdir() if path.is_file() and _is_table_name(path.name))


def table_stem(path: Path) -> str:
    """Return the name of a file without its suffix, nor that of its compression."""
    return Path(path.stem).stem if path.suffix.lower() in COMPRESSIONS else path.stem


def _is_table_name(name: str) -> bool:
    path = Path(name)
    if path.suffix.lower() == ".zip":
        return not name.startswith(".")
    suffix = Path(path.stem).suffix if path.suffix.lower() in COMPRESSIONS else path.suffix
    return suffix.lower() in READERS and not name.startswith(".")
