"""Columns of an Arrow table, with the class names that Hugging Face `datasets` keeps beside it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trials.data.readers.file_facts import FileFacts
from trials.data.readers.table import Cells, Table, cell
from trials.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

Features = Mapping[str, object]
"""The `features` of a data set as `datasets` writes them: `{column: {"_type": "ClassLabel", "names": [...]}}`."""


def arrow_table(origin: Path | str, table: "pa.Table", features: Features, kind: str = "Arrow") -> Table:
    """Return the columns whose cells can be text; class ids become class names, lists and objects JSON.

    Columns of bytes that are UTF-8 are text, as Spark and others write it. Columns of other bytes and vectors of
    floating-point numbers are left out.

    Args:
        origin: the file or folder, or what the table is called.
        table: the table.
        features: the features that `datasets` keeps; empty if there are none.
        kind: name of the format, for the user.

    Raises:
        DataError: a name of a column is repeated, or a column of class ids has a cell that is no class id.
    """
    check_names(origin, table.column_names)
    columns: dict[str, Cells] = {}
    left_out: list[tuple[str, str]] = []
    for field in table.schema:
        values = as_text(table.column(field.name))
        if values is None:
            left_out.append((field.name, str(field.type)))
            continue
        columns[field.name] = _cells(origin, field, values.to_pylist(), features.get(field.name))
    return Table(origin, columns, (FileFacts(origin, kind, table.num_rows, left_out=tuple(left_out)),))


def _cells(origin: Path | str, field: "pa.Field", values: list[object], feature: object) -> Cells:
    """Return the values of a column as text, ids of classes as their names, also within lists."""
    names = _class_names(feature) if _holds_numbers(field.type) else None
    if names is not None:
        return _named(origin, field.name, [cell(value) for value in values], names)
    names = _class_names(_of_entries(feature))
    if names is None:
        return [cell(value) for value in values]
    return [
        cell(_named(origin, field.name, [cell(entry) for entry in value], names) if isinstance(value, list) else value)
        for value in values
    ]


def _of_entries(feature: object) -> object:
    """Return the feature of the entries of lists, as versions of `datasets` write it; None for other features."""
    match feature:
        case {"_type": "List" | "LargeList" | "Sequence", "feature": inner} | [inner]:
            return inner
    return None


def check_names(origin: Path | str, names: Sequence[str]) -> None:
    """Refuse a table that repeats a name of a column.

    Args:
        origin: what the table is called in the message.
        names: the names of its columns.

    Raises:
        DataError: a name is repeated.
    """
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{origin} must name each column once, but it repeats {', '.join(repeated)}.")


def as_text(column: "pa.ChunkedArray") -> "pa.ChunkedArray | None":
    """Return `column` with values that `cell` renders, bytes decoded as UTF-8; None if its values cannot be text."""
    import pyarrow as pa  # noqa: PLC0415  (needed for a few formats only)

    if not may_be_text(column.type):
        return None
    if not _is_binary(_plain(column.type)):
        return column
    try:
        return column.cast(pa.large_string())
    except pa.ArrowInvalid:
        return None


def may_be_text(kind: "pa.DataType") -> bool:
    """Return whether values of the type `kind` can be text: not vectors of real numbers, nor bytes within others."""
    return _is_binary(_plain(kind)) or _has_text(_plain(kind))


def _plain(kind: "pa.DataType") -> "pa.DataType":
    import pyarrow.types as kinds  # noqa: PLC0415  (needed for a few formats only)

    return kind.value_type if kinds.is_dictionary(kind) else kind


def _is_binary(kind: "pa.DataType") -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415  (needed for a few formats only)

    return bool(kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_binary_view(kind))


def _has_text(kind: "pa.DataType") -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415  (needed for a few formats only)

    if kinds.is_struct(kind):
        return all(_has_text(kind.field(number).type) for number in range(kind.num_fields))
    if kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind):
        return _has_text(kind.value_type) and not kinds.is_floating(kind.value_type)
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind) or kinds.is_null(kind):
        return True
    return bool(kinds.is_primitive(kind) or kinds.is_decimal(kind))  # numbers, truth values, dates and times


def schema_features(schema: "pa.Schema") -> Features:
    """Return the features in the metadata of a file that `datasets` wrote; empty for any other file."""
    stored = (schema.metadata or {}).get(b"huggingface")
    try:
        features = json.loads(stored)["info"]["features"] if stored else {}
    except (ValueError, LookupError, TypeError):  # of another version, or not of `datasets`
        return {}
    return features if isinstance(features, dict) else {}


def _holds_numbers(kind: "pa.DataType") -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415  (needed for a few formats only)

    return bool(kinds.is_integer(kind) or kinds.is_floating(kind))


def _class_names(feature: object) -> list[str] | None:
    match feature:
        case {"_type": "ClassLabel", "names": list(names)}:
            return [str(name) for name in names]
    return None


def _named(origin: Path | str, column: str, ids: Cells, names: list[str]) -> Cells:
    """Return the class names of class ids; None for -1, by which `datasets` marks unknown labels, as in test splits."""
    known: dict[str | None, str | None] = {str(number): name for number, name in enumerate(names)}
    known |= {"-1": None, None: None}
    if strange := [value for value in ids if value not in known]:
        raise DataError(
            f"The column {column!r} of {origin} must hold the ids of its {len(names)} classes, from 0, or -1 where "
            f"the class is not known, not {strange[0]!r}. Correct the ids, or the class names stored beside them."
        )
    return [known[value] for value in ids]
