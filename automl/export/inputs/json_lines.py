"""Streams well-formed JSON Lines files."""

import json
from collections.abc import Iterator
from pathlib import Path

from automl.export.inputs.rows import Row, Rows, is_utf8


def json_rows(source: Path) -> Rows | None:
    """The objects of a file, one per line; None if any line is not a JSON object."""
    if not is_utf8(source):
        return None
    try:
        names = dict.fromkeys(name for row in _stream(source) for name in row)
    except ValueError:
        return None
    return Rows(tuple(names), lambda: _stream(source))


def _stream(source: Path) -> Iterator[Row]:
    with source.open(encoding="utf-8-sig", newline="\n") as file:
        for line in file:
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(f"a line must be a JSON object, not {row!r:.80}")
                yield row
