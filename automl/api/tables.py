"""Data in memory as files of the workspace, because a search reads files only and may be resumed by another process.

A file is named after its content, so the same data is written once. `automl delete` removes it with its last study.
"""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from automl.core import TABLES_FOLDER, DataProblem, UsageError, WorkspaceError
from trials.data.readers import Table, table_in_memory
from trials.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

Data: TypeAlias = Any
"""A table of pandas, Polars, Arrow or any other that exports Arrow's C stream; a Hugging Face `Dataset` or
`DatasetDict`; columns by name; rows as mappings; pairs of text and label; tables by the name of their split."""

KINDS = (
    "a path, the name of a corpus, a table of pandas, Polars or Arrow, a Hugging Face Dataset, a mapping of columns, "
    "a list of rows or a list of (text, label) pairs"
)

PAIR = ("text", "label")


def source_of(data: Data, cache: Path, name: str) -> str:
    """Return the path of `data`, which is written to a file if it is in memory.

    Args:
        data: a path or the name of a corpus, which is returned as it is, or data in memory.
        cache: the folder for the file.
        name: name of the data, after which the study is named if nothing else is given.

    Raises:
        DataProblem: the data is no table of texts.
        UsageError: it is nothing that holds data.
        WorkspaceError: it cannot be written.
    """
    if isinstance(data, str | Path):
        return str(data)
    parts = _splits(data)
    if parts is None:
        return str(_written({f"{name}.parquet": _table(data)}, cache) / f"{name}.parquet")
    tables = {f"{name}/{split}.parquet": _table(part) for split, part in parts.items()}
    return str(_written(tables, cache) / name)


def rows_of(data: Data) -> tuple[tuple[str, ...], list[dict[str, object]]]:
    """Return the columns and the rows of data in memory.

    Args:
        data: a table, or a list of texts.

    Raises:
        DataProblem: the data is no table of texts.
        UsageError: it is nothing that holds data.
    """
    if _is_list(data) and all(each is None or isinstance(each, str) for each in data):
        return ("text",), [{"text": each} for each in data]
    columns = _table(data).columns
    rows: list[dict[str, object]] = [
        dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
    ]
    return tuple(columns), rows


def _splits(data: Data) -> Mapping[str, Data] | None:
    """Return the tables by split, of a `DatasetDict` or a mapping of tables; None for one table."""
    if not isinstance(data, Mapping) or not data:
        return None
    return data if all(_is_table(part) for part in data.values()) else None


def _is_table(data: Data) -> bool:
    return hasattr(data, "columns") or hasattr(data, "column_names")


def _is_list(data: Data) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str | bytes)


def _table(data: Data) -> Table:
    if _is_list(data) and data and all(_is_list(row) and len(row) == len(PAIR) for row in data):
        data = dict(zip(PAIR, (list(part) for part in zip(*data, strict=True)), strict=True))
    is_rows = _is_list(data) and data and all(isinstance(row, Mapping) for row in data)
    if not (is_rows or (isinstance(data, Mapping) and data) or _is_table(data) or hasattr(data, "__arrow_c_stream__")):
        raise UsageError(f"data must be {KINDS}, not {_described(data)}")
    try:
        return table_in_memory(data, "the data")
    except DataError as error:
        raise DataProblem(str(error)) from error


def _described(data: Data) -> str:
    if not _is_list(data):
        return type(data).__name__
    return f"an empty {type(data).__name__}" if not data else f"a {type(data).__name__} of {type(data[0]).__name__}"


def _written(tables: Mapping[str, Table], cache: Path) -> Path:
    """Write the tables into a folder that is named after their content; return the folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    home = cache / TABLES_FOLDER
    digest = hashlib.sha256()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=home, ignore_cleanup_errors=True) as staging:
            content = Path(staging, "content")
            for name, table in tables.items():
                file = content / name
                file.parent.mkdir(parents=True, exist_ok=True)
                columns = {column: _texts(column, cells) for column, cells in table.columns.items()}
                pq.write_table(pa.table(columns), file)
                digest.update(name.encode() + b"\0" + file.read_bytes())
            folder = home / digest.hexdigest()[:20]
            if not folder.is_dir():
                with suppress(FileExistsError):  # another process was faster
                    content.rename(folder)
    except OSError as error:
        raise WorkspaceError(f"the data must be written to {str(home)!r}, but: {error.strerror or error}") from error
    return folder


def _texts(column: str, cells: Sequence[str | None]) -> "pa.Array":
    import pyarrow as pa

    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError as error:
        row = next(index for index, cell in enumerate(cells) if cell == error.object)
        raise DataProblem(
            f"texts must be Unicode, but row {row} of the column {column!r} has half a surrogate pair, "
            f"{error.object[error.start]!r}, at character {error.start}; "
            "repair it: text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')"
        ) from error
