"""Rows of one JSON document, in the shapes that pandas, `datasets` and exports of web services give it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from trials.errors import DataError

Record = Mapping[str, object]


def rows_of_document(document: object, path: Path) -> list[Record] | None:
    """Return the rows of a document; None for a single object that is no table, and so may be a row itself.

    A table is an array of objects, an object of columns (pandas: "columns", "list", "split"), an object of rows by
    index (pandas: "index"), or an object with one field that is an array of objects ({"data": [...]}).

    Raises:
        DataError: an entry of an array is no object, columns differ in length, or rows and columns are not told apart.
    """
    if isinstance(document, list):
        return _entries(document, path)
    if not isinstance(document, dict) or not document:
        raise DataError(f"{path} must hold JSON objects, one a line or in an array, not {document!r:.80}.")
    match document:
        case {"columns": [*names], "data": [*rows]} if all(isinstance(row, list) for row in rows):
            return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    values = list(document.values())
    if all(isinstance(value, dict) for value in values):
        return _by_two_keys(document, path)
    tables = [value for value in values if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(tables) == 1:
        return _entries(tables[0], path)
    if all(isinstance(value, list) for value in values):
        return _of_columns(document, path)
    return None


def _entries(entries: Sequence[object], path: Path) -> list[Record]:
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise DataError(f"{path}, entry {number}: must be a JSON object, not {entry!r:.80}.")
    return [entry for entry in entries if isinstance(entry, dict)]


def _by_two_keys(document: Mapping[str, Mapping[str, object]], path: Path) -> list[Record]:
    """Return the rows of an object of objects, of which the inner or the outer keys are numbers of rows."""
    inner = dict.fromkeys(key for value in document.values() for key in value)
    if all(map(_is_index, inner)):
        return [{name: cells.get(key) for name, cells in document.items()} for key in inner]
    if all(map(_is_index, document)):
        return list(document.values())
    raise DataError(
        f"{path} must hold rows, but it is an object of objects, and whether its fields ({', '.join(document):.80}) "
        "are rows or columns is not clear. Save it as JSON Lines, one object a line."
    )


def _of_columns(columns: Mapping[str, Sequence[object]], path: Path) -> list[Record]:
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"{path} must have columns of equal length, but they have: {lengths}.")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _is_index(key: str) -> bool:
    return key.isdecimal()
