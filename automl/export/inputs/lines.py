"""Streams plain text with one text per line: standard input and `.txt` files."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

from automl.export.inputs.rows import Row, Rows
from trials.data.readers import READ_OPTIONS, FileFacts, ReadOptions, is_utf8, open_bytes, read_text, unix_lines
from trials.errors import DataError

TEXT = "text"
"""The column of a line of text."""


def line_rows(source: Path, options: ReadOptions = READ_OPTIONS) -> Rows:
    """Return one row for each line of a file, including blank lines."""
    if options.encoding is not None or not is_utf8(source):
        older = read_text(source, options.encoding)
        lines = unix_lines(older.text)
        how = (older.encoding, older.confidence)
        facts = FileFacts(source, "lines of text", len(lines), None, *how, losses=older.losses)
        return Rows((TEXT,), lambda: ({TEXT: line} for line in lines), (facts,))

    def stream() -> Iterator[Row]:
        with open_bytes(source) as file:
            yield from stream_lines(file, str(source))

    count = sum(1 for _ in stream())
    return Rows((TEXT,), stream, (FileFacts(source, "lines of text", count, encoding="utf-8"),))


def stream_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """Yield one row for each line, including blank lines, so that output row n belongs to input line n.

    Args:
        lines: lines in UTF-8; a byte order mark at the start is ignored. Where the first one has no line feed, it is
            all of the input, and carriage returns end lines, as on old Macs.
        name: name of the input in error messages.

    Yields:
        Rows with the only column `TEXT`, without the line break.

    Raises:
        DataError: a line is not UTF-8.
    """
    waiting = iter(lines)
    first = next(waiting, b"")
    if b"\r" in first and not first.endswith(b"\n"):
        waiting = chain(first.removesuffix(b"\r").split(b"\r"), waiting)
    elif first:
        waiting = chain([first], waiting)
    for number, line in enumerate(waiting, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{name}, line {number}: must be UTF-8, but it is not: {error.reason}.") from error
        yield {TEXT: text.rstrip("\r\n")}


def is_labelled(rows: Rows, label_names: Collection[str]) -> bool:
    """Return whether all nonempty lines are a label, a tab and a text, as in training data.

    It stops reading at the first other line.
    """
    heads = (str(row[TEXT]).partition("\t") for row in rows.stream() if row[TEXT])
    first = next(heads, None)
    return first is not None and all(tab and label in label_names for label, tab, _ in chain([first], heads))
