"""Columns of an Arrow table, with the class names that Hugging Face `datasets` keeps beside it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trials.data.readers.table import Cells, Table, cell

if TYPE_CHECKING:
    import pyarrow as pa

Features = Mapping[str, object]
"""The `features` of a data set as `datasets` writes them: `{column: {"_type": "ClassLabel", "names": [...]}}`."""


def arrow_table(origin: Path, table: "pa.Table", features: Features) -> Table:
    """The columns that hold text, numbers or truth values; class ids become class names."""
    import pyarrow.types as kinds  # noqa: PLC0415  (needed for two formats only)

    def usable(kind: "pa.DataType") -> bool:
        if kinds.is_dictionary(kind):
            return usable(kind.value_type)
        text = kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)
        return bool(text or kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind))

    columns = {
        field.name: _named([cell(value) for value in table.column(field.name).to_pylist()], features.get(field.name))
        for field in table.schema
        if usable(field.type)
    }
    return Table(origin, columns)


def schema_features(schema: "pa.Schema") -> Features:
    """The features in the metadata of a file that `datasets` wrote; empty for any other file."""
    stored = (schema.metadata or {}).get(b"huggingface")
    features: Features = json.loads(stored).get("info", {}).get("features", {}) if stored else {}
    return features


def _named(cells: Cells, feature: object) -> Cells:
    match feature:
        case {"_type": "ClassLabel", "names": list(names)}:
            # datasets writes -1 where a label is not known, as in the test splits of benchmarks
            return [None if value is None or value == "-1" else str(names[int(value)]) for value in cells]
        case _:
            return cells
