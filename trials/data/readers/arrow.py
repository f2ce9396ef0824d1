"""Columns of an Arrow table, with the class names that Hugging Face `datasets` keeps beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trials.data.readers.table import Cells, Table, cell
from trials.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

Features = Mapping[str, object]
"""The `features` of a data set as `datasets` writes them: `{column: {"_type": "ClassLabel", "names": [...]}}`."""


def arrow_table(origin: Path, table: "pa.Table", features: Features) -> Table:
    """Return the columns that hold text, numbers or truth values; class ids become class names.

    Raises:
        DataError: a column of class ids has a cell that is no class id.
    """
    import pyarrow.types as kinds  # noqa: PLC0415  (needed for two formats only)

    columns: dict[str, Cells] = {}
    for field in table.schema:
        kind = field.type.value_type if kinds.is_dictionary(field.type) else field.type
        is_text = kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)
        if is_text or kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind):
            cells = [cell(value) for value in table.column(field.name).to_pylist()]
            names = None if is_text else _class_names(features.get(field.name))
            columns[field.name] = cells if names is None else _named(origin, field.name, cells, names)
    return Table(origin, columns)


def schema_features(schema: "pa.Schema") -> Features:
    """Return the features in the metadata of a file that `datasets` wrote; empty for any other file."""
    stored = (schema.metadata or {}).get(b"huggingface")
    try:
        features = json.loads(stored)["info"]["features"] if stored else {}
    except (ValueError, LookupError, TypeError):  # of another version, or not of `datasets`
        return {}
    return features if isinstance(features, dict) else {}


def _class_names(feature: object) -> list[str] | None:
    match feature:
        case {"_type": "ClassLabel", "names": list(names)}:
            return [str(name) for name in names]
    return None


def _named(origin: Path, column: str, ids: Cells, names: list[str]) -> Cells:
    """Return the class names of class ids; None for -1, by which `datasets` marks unknown labels, as in test splits."""
    known: dict[str | None, str | None] = {str(number): name for number, name in enumerate(names)}
    known |= {"-1": None, None: None}
    if strange := [value for value in ids if value not in known]:
        raise DataError(
            f"The column {column!r} of {origin} must hold the ids of its {len(names)} classes, from 0, or -1 where "
            f"the class is not known, not {strange[0]!r}. Correct the ids, or the class names stored beside them."
        )
    return [known[value] for value in ids]
