"""JSON Lines, with one object per line, or one JSON array of objects."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from trials.data.readers.decode import is_utf8, read_text
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table, cell
from trials.errors import DataError


def read_json_lines(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the fields of all objects as columns; a field that an object lacks is a missing cell.

    Raises:
        DataError: a line (or an entry of the array) is not a JSON object; it is named.
    """
    records = list(read_records(path))
    names = dict.fromkeys(name for record in records for name in record)
    return Table(path, {name: [cell(record.get(name)) for record in records] for name in names})


def read_records(path: Path) -> Iterator[dict[str, object]]:
    """Yield the objects in the file at `path`; lines in UTF-8 are read one at a time.

    Raises:
        DataError: a line (or an entry of the array) is not a JSON object; it is named.
    """
    if is_utf8(path):
        with path.open(encoding="utf-8-sig", newline="\n") as file:  # a JSON text may hold the other line separators
            first = next((line for line in file if line.strip()), "[")
            if not first.lstrip().startswith("["):
                file.seek(0)
                yield from _lines(file, path)
                return
    text = read_text(path)
    yield from _entries(text, path) if text.lstrip().startswith("[") else _lines(text.split("\n"), path)


def _lines(lines: Iterable[str], path: Path) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(line, f"{path}, line {number}")


def _entries(text: str, path: Path) -> Iterator[dict[str, object]]:
    try:
        entries = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: not valid JSON: {error.msg}. Correct the file.") from error
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise DataError(f"{path}, entry {number}: must be a JSON object, not {entry!r:.80}.")
        yield entry


def _record(line: str, location: str) -> dict[str, object]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{location}: must be one JSON object, but it is not valid JSON ({error.msg}): {line!r:.80}. "
            "Correct or remove it."
        ) from error
    if not isinstance(record, dict):
        raise DataError(f"{location}: must be one JSON object, not {line!r:.80}. Correct or remove it.")
    return record
