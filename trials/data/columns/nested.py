"""Values inside JSON cells, by a dotted path such as `messages.0.content`."""

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from trials.data.readers import Cells, Table, cell

Nested: TypeAlias = dict[object, object] | list[object]

_PAIRS = {"{": "}", "[": "]"}
_SAMPLE_ROWS = 200
_NOWHERE = object()


def nested(text: str | None) -> Nested | None:
    """Return the list or object that a cell `text` holds, as JSON or as Python writes it; None if it holds neither."""
    stripped = (text or "").strip()
    if len(stripped) < 2 or _PAIRS.get(stripped[0]) != stripped[-1]:
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(stripped)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
        return value if isinstance(value, (dict, list)) else None
    return None


def cells_of(table: Table, name: str) -> Cells | None:
    """Return the cells of a column, or of a field inside one.

    Args:
        table: the table.
        name: the name of a column, or a path into its cells; None is returned if the table has no such column.
    """
    if name in table.columns:
        return table.columns[name]
    parts = _head(name, table.columns)
    if parts is None:
        return None
    column, path = parts
    found = [cell(_inside(nested(text), path)) for text in table.columns[column]]
    return found if any(value is not None for value in found) else None


def has_column(columns: Iterable[str], name: str) -> bool:
    """Return whether there is such a column, or a path into one.

    Args:
        columns: names of columns.
        name: the name of a column, or a path such as `messages.0.content`.
    """
    columns = set(columns)
    return name in columns or _head(name, columns) is not None


def field_of(row: Mapping[str, object], name: str) -> object:
    """Return the value of a row at the name of a column, or at a path into its value; None if there is none."""
    if name in row:
        return row[name]
    parts = _head(name, row)
    if parts is None:
        return None
    column, path = parts
    value = row[column]
    return _inside(nested(value) if isinstance(value, str) else value, path)


def lacks_field(rows: Iterable[Mapping[str, object]], name: str) -> bool:
    """Return whether a path leads nowhere in all rows whose cell holds something; False if there is no such row.

    Args:
        rows: values by column.
        name: the name of a column, which lacks nothing, or a path into its values.
    """
    is_somewhere = False
    for row in rows:
        if name in row:
            return False
        if (parts := _head(name, row)) is None:
            continue
        column, path = parts
        value = row[column]
        inner = nested(value) if isinstance(value, str) else value
        if inner in ([], {}) or value is None or (isinstance(value, str) and not value.strip()):
            continue
        if _inside(inner, path, _NOWHERE) is not _NOWHERE:
            return False
        is_somewhere = True
    return is_somewhere


def field_names(name: str, cells: Iterable[str | None]) -> list[str]:
    """Return the paths of the fields in a column: `column.field` of objects, and `column.0` of lists.

    Args:
        name: the name of the column.
        cells: its cells, of which the first ones are read.
    """
    found: dict[str, None] = {}
    for text in islice(cells, _SAMPLE_ROWS):
        match nested(text):
            case dict() as value:
                found |= dict.fromkeys(f"{name}.{key}" for key in value)
            case [dict() as first, *_]:
                found |= dict.fromkeys(f"{name}.0.{key}" for key in first)
            case [_, *_]:
                found[f"{name}.0"] = None
    return list(found)


def _head(name: str, columns: Iterable[str]) -> tuple[str, Sequence[str]] | None:
    """Return the column that the path `name` begins with, the longest if there are several, and the rest of it."""
    known = set(columns)
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        if (column := ".".join(parts[:count])) in known:
            return column, parts[count:]
    return None


def _inside(value: object, path: Sequence[str], nowhere: object = None) -> object:
    for part in path:
        match value:
            case dict():
                value = value.get(part, nowhere)
            case list() if part.removeprefix("-").isdecimal() and -len(value) <= int(part) < len(value):
                value = value[int(part)]
            case _:
                return nowhere
    return value
