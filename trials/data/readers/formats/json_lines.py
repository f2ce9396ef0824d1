"""JSON Lines, with one object per line, or one JSON document that holds rows or columns."""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from trials.data.readers.file_facts import FileFacts
from trials.data.readers.formats.json_document import Record, rows_of_document
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table, cell
from trials.data.readers.text import DAMAGES, DecodedText, is_utf8, open_bytes, read_text, unreadable
from trials.errors import DataError


@dataclass(frozen=True)
class Records:
    """The objects of a file.

    Attributes:
        rows: the objects, in order; they can be taken once.
        decoded: how the text was decoded, without the text.
    """

    rows: Iterator[Record]
    decoded: DecodedText


def read_json_lines(path: Path, options: ReadOptions = READ_OPTIONS) -> Table:
    """Return the fields of all objects as columns; a field that an object lacks is a missing cell.

    Args:
        path: the file.
        options: the encoding.

    Raises:
        DataError: a line (or an entry of the document) is not a JSON object; it is named.
    """
    records = read_records(path, options)
    rows, decoded = list(records.rows), records.decoded
    names = dict.fromkeys(name for row in rows for name in row)
    facts = FileFacts(path, "JSON", len(rows), None, decoded.encoding, decoded.confidence, None, decoded.losses)
    return Table(path, {name: [cell(row.get(name)) for row in rows] for name in names}, (facts,))


def read_records(path: Path, options: ReadOptions = READ_OPTIONS) -> Records:
    """Return the objects in the file at `path`; lines in UTF-8 are read one at a time.

    Args:
        path: JSON Lines, or one document as `rows_of_document` reads it.
        options: the encoding.

    Raises:
        DataError: the file cannot be read. Taking the rows raises it, too, if a line is not an object; it is named.
    """
    if options.encoding is None and is_utf8(path):
        with _text(path) as file:
            streamed = _is_lines(islice((line for line in file if line.strip()), 2))
        if streamed:
            return Records(_streamed(path), DecodedText("", "utf-8"))
    decoded = read_text(path, options.encoding)
    text, how = decoded.text, replace(decoded, text="")
    if not _is_lines(islice((line for line in io.StringIO(text, newline=None) if line.strip()), 2)):
        rows = rows_of_document(_loaded(text, path), path)
        if rows is not None:
            return Records(iter(rows), how)
    return Records(_lines(io.StringIO(text, newline=None), path), how)


def _is_lines(first_lines: Iterable[str]) -> bool:
    """Return whether two lines are objects of their own, or the first is no JSON at all but looks like such a line."""
    first, second = [*first_lines, "", ""][:2]
    if not second or first.lstrip().startswith("["):
        return False
    return _is_object(first) or (first.rstrip() != "{" and _is_object(second))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig") as text:
        yield text


def _streamed(path: Path) -> Iterator[Record]:
    with _text(path) as file:
        try:
            yield from _lines(file, path)
        except DAMAGES as error:
            raise unreadable(path, error) from error


def _lines(lines: Iterable[str], path: Path) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _record(line, f"{path}, line {number}")


def _loaded(text: str, path: Path) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}, line {error.lineno}: not valid JSON: {error.msg}. Correct the file; it must hold JSON objects, "
            "one a line or in an array."
        ) from error


def _record(line: str, location: str) -> Record:
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
