"""Reads CSV and similar files: chooses how to parse one, and tells what is wrong with it."""

import csv
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice
from pathlib import Path

from trials.data.readers.delimited.choose_way import chosen_way
from trials.data.readers.delimited.delimiter import ONE_COLUMN
from trials.data.readers.delimited.header import checked_header
from trials.data.readers.delimited.scan import Lines, Row, Scan
from trials.data.readers.file_facts import FileFacts, Loss
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.data.readers.text import DAMAGES, DecodedText, is_utf8, open_bytes, read_text, table_suffix, unreadable
from trials.errors import DataError

_LONGEST_CELL = min(sys.maxsize, 2**31 - 1)
"""Characters of a cell; the limit of the module csv is 128 KiB, but texts may be longer."""


_LARGE_FILE = 16 * 2**20
"""Bytes of a file from which its text is not held in memory beside its rows."""


@dataclass(frozen=True)
class DelimitedFile:
    """A delimited file that can be read row by row.

    Attributes:
        columns: names of the columns.
        rows: returns an iterator over the rows, without the header; each call starts at the first row.
        facts: how the file is read.
    """

    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    facts: FileFacts


def read_delimited(path: Path, options: ReadOptions = READ_OPTIONS, fewest: int = 2) -> Table:
    """Return the columns of a delimited file; its first row has their names, unless `options` say that it has none.

    Args:
        path: the file; a `.tsv` file is split at tabs, for others the delimiter is detected.
        options: what the user said about the file.
        fewest: smallest number of columns.

    Raises:
        DataError: the file is no text, has fewer columns, or something in it cannot be read; its line is named.
    """
    if options.encoding is None and path.is_file() and path.stat().st_size > _LARGE_FILE and is_utf8(path):
        lines, decoded = _lines_of_file(path), DecodedText("", "utf-8")
    else:
        decoded = read_text(path, options.encoding)
        lines = _lines_of_copy(decoded.text)
    file, found = _opened(path, options, fewest, lines, decoded, keep=True)
    columns, facts = file.columns, file.facts
    del file, lines, decoded  # they hold the text, twice
    rows = found.kept[1:] if facts.header else found.kept
    if not rows:
        raise DataError(f"{path} must hold rows below its header, but it has none.")
    cells = {name: [row[number] for row in rows] for number, name in enumerate(columns)}
    return Table(path, cells, (facts,))


def open_delimited(path: Path, options: ReadOptions = READ_OPTIONS, fewest: int = 1) -> DelimitedFile:
    """Check a delimited file as `read_delimited` does, and return it without its rows in memory if it is UTF-8.

    Args:
        path: the file.
        options: what the user said about the file.
        fewest: smallest number of columns.

    Raises:
        DataError: the file is no text, has fewer columns, or something in it cannot be read; its line is named.
    """
    if options.encoding is None and is_utf8(path):
        lines, decoded = _lines_of_file(path), DecodedText("", "utf-8")
    else:
        decoded = read_text(path, options.encoding)
        lines = _lines_of_text(decoded.text)
    return _opened(path, options, fewest, lines, decoded, keep=False)[0]


def _opened(
    path: Path, options: ReadOptions, fewest: int, lines: Lines, decoded: DecodedText, *, keep: bool
) -> tuple[DelimitedFile, Scan]:
    csv.field_size_limit(_LONGEST_CELL)
    suffix = table_suffix(path)
    found, losses = chosen_way(path, lines, options, fewest, is_tsv=suffix == ".tsv", keep=keep)
    header, taken = checked_header(path, found.head, options.header, found.first_line)
    if taken and found.repeats:
        raise DataError(f"{path}, line {found.repeats[0]}: this repeats the header; remove it. Were files joined?")
    if found.empty and not options.keep_empty:
        losses.append(Loss("rows without content were skipped", len(found.empty), tuple(found.empty)))
    above = found.first_line - 1 - found.way.skipped
    if options.keep_empty and not taken and above:
        losses.append(Loss("lines without content above the first row were skipped", above))
    delimiter = None if found.way.delimiter == ONE_COLUMN else found.way.delimiter
    facts = FileFacts(
        *(path, suffix.removeprefix(".").upper(), found.count - taken, delimiter),
        *(decoded.encoding, decoded.confidence, taken == 1, (*decoded.losses, *losses)),
    )

    def rows() -> Iterator[Row]:
        parsed = (row for _, row in found.way.rows(lines, len(header)))
        from_first = dropwhile(lambda row: not _has_content(row), parsed)
        return islice(from_first if options.keep_empty else filter(_has_content, from_first), taken, None)

    return DelimitedFile(tuple(header), rows, facts), found


def _has_content(row: Row) -> bool:
    return any(map(str.strip, row))


def _lines_of_text(text: str) -> Lines:
    return Lines(lambda: iter(io.StringIO(text, newline="")), lambda part: part in text)


def _lines_of_copy(text: str) -> Lines:
    """Return the lines of a text that is copied once; an iterator over them ends the one before."""
    copy = io.StringIO(text, newline="")

    def begin() -> Iterator[str]:
        copy.seek(0)
        return iter(copy)

    return Lines(begin, lambda part: part in text)


def _lines_of_file(path: Path) -> Lines:
    def lines() -> Iterator[str]:
        with open_bytes(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            try:
                yield from text
            except DAMAGES as error:
                raise unreadable(path, error) from error

    return Lines(lines, lambda part: any(part in line for line in lines()))
