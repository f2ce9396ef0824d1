"""Data in memory as files of the workspace, because a search reads files only and may be resumed by another process.

A file is named after its content, so the same data is written once.
"""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from automl.core import DataProblem, UsageError, WorkspaceError
from trials.data.readers import cell

if TYPE_CHECKING:
    import pyarrow as pa

Data: TypeAlias = Any
"""A table of pandas, Polars, Arrow or any other that exports Arrow's C stream; a Hugging Face `Dataset` or
`DatasetDict`; columns by name; rows as mappings; pairs of text and label; tables by the name of their split."""

FOLDER = "tables"
"""Folder in the workspace's cache."""

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
        DataProblem: the data holds what no column of text or labels can be.
        UsageError: it is nothing that holds data.
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
        DataProblem: the data holds what no column of text can be.
        UsageError: it is nothing that holds data.
    """
    if _is_list(data) and all(each is None or isinstance(each, str) for each in data):
        return ("text",), [{"text": each} for each in data]
    table = _table(data)
    return tuple(table.column_names), table.to_pylist()


def _splits(data: Data) -> Mapping[str, Data] | None:
    """Return the tables by split, of a `DatasetDict` or a mapping of tables; None for one table."""
    if not isinstance(data, Mapping) or not data:
        return None
    return data if all(_is_table(part) for part in data.values()) else None


def _is_table(data: Data) -> bool:
    return (hasattr(data, "__arrow_c_stream__") and hasattr(data, "columns")) or _is_dataset(data)


def _is_dataset(data: Data) -> bool:
    return hasattr(data, "with_format") and hasattr(data, "features")


def _is_list(data: Data) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str | bytes)


def _table(data: Data) -> "pa.Table":
    """Return `data` as an Arrow table of the columns that can hold text or labels."""
    import pyarrow as pa

    if _is_dataset(data):
        table: pa.Table = data.with_format("arrow")[:]
        return _plain(table.replace_schema_metadata(data.features.arrow_schema.metadata))
    if hasattr(data, "__dataframe__") and hasattr(data, "iloc"):  # pandas: column by column, as its types may be mixed
        return _of_columns({str(name): data[name].tolist() for name in data.columns})
    if hasattr(data, "__arrow_c_stream__"):
        return _plain(pa.table(data))
    if isinstance(data, Mapping) and data:
        return _of_columns({str(name): _values(values) for name, values in data.items()})
    if _is_list(data) and data and all(isinstance(row, Mapping) for row in data):
        names = dict.fromkeys(str(name) for row in data for name in row)
        return _of_columns({name: [row.get(name) for row in data] for name in names})
    if _is_list(data) and data and all(_is_list(row) and len(row) == len(PAIR) for row in data):
        return _of_columns(dict(zip(PAIR, (list(part) for part in zip(*data, strict=True)), strict=True)))
    raise UsageError(f"data must be {KINDS}, not {_described(data)}")


def _described(data: Data) -> str:
    if not _is_list(data):
        return type(data).__name__
    return f"an empty {type(data).__name__}" if not data else f"a {type(data).__name__} of {type(data[0]).__name__}"


def _values(values: Data) -> list[object]:
    found = values.tolist() if hasattr(values, "tolist") else values
    if not _is_list(found):
        raise UsageError(f"each column of the data must be a list of values, not {type(values).__name__}")
    return list(found)


def _of_columns(columns: Mapping[str, list[object]]) -> "pa.Table":
    """Return a table of text: each value as the readers of files would read it."""
    import pyarrow as pa

    if len({len(values) for values in columns.values()}) > 1:
        lengths = ", ".join(f"{name!r} {len(values)}" for name, values in columns.items())
        raise DataProblem(f"all columns of the data must be of equal length, but they have rows: {lengths}")
    texts = {name: [_cell(value) for value in values] for name, values in columns.items()}
    return pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()})


def _cell(value: object) -> str | None:
    """Return `value` as text; what pandas and NumPy use for a missing one is None."""
    if value is None or isinstance(value, str):
        return value
    plain = value.item() if hasattr(value, "item") else value
    return None if plain != plain or str(plain) == "<NA>" else cell(plain)  # noqa: PLR0124 - NaN and NaT


def _plain(table: "pa.Table") -> "pa.Table":
    """Return `table` without indices of pandas, and with plain columns for those of categories and of string views."""
    import pyarrow as pa
    import pyarrow.types as kinds

    for place, field in enumerate(table.schema):
        if kinds.is_dictionary(field.type) or kinds.is_string_view(field.type):
            table = table.set_column(place, field.name, pa.array(table.column(place).to_pylist()))
    return table.select([name for name in table.column_names if not name.startswith("__index_level_")])


def _written(tables: Mapping[str, "pa.Table"], cache: Path) -> Path:
    """Write the tables into a folder that is named after their content; return the folder."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    home = cache / FOLDER
    digest = hashlib.sha256()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=home, ignore_cleanup_errors=True) as staging:
            content = Path(staging, "content")
            for name, table in tables.items():
                file = content / name
                file.parent.mkdir(parents=True, exist_ok=True)
                pq.write_table(table.combine_chunks(), file)
                digest.update(name.encode() + b"\0" + file.read_bytes())
            folder = home / digest.hexdigest()[:20]
            if not folder.is_dir():
                with suppress(FileExistsError):  # another process was faster
                    content.rename(folder)
    except pa.ArrowException as error:
        raise DataProblem(f"the data must be columns of text, numbers or truth values, but: {error}") from error
    except OSError as error:
        raise WorkspaceError(f"the data must be written to {str(home)!r}, but: {error.strerror or error}") from error
    return folder
