"""Streams plain text with one text per line: standard input and `.txt` files."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

from automl.export.inputs.rows import Row, Rows
from trials.data.readers import is_utf8, read_text
from trials.errors import DataError

TEXT = "text"
"""The column of a line of text."""


def line_rows(source: Path) -> Rows:
    """Return one row for each line of a file, including blank lines."""
    if not is_utf8(source):
        older = read_text(source).removesuffix("\n").split("\n")
        return Rows((TEXT,), lambda: ({TEXT: line.rstrip("\r")} for line in older))

    def stream() -> Iterator[Row]:
        with source.open("rb") as file:
            yield from stream_lines(file, str(source))

    return Rows((TEXT,), stream)


def stream_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """Yield one row for each line, including blank lines, so that output row n belongs to input line n.

    Args:
        lines: lines in UTF-8; a byte order mark at the start is ignored.
        name: name of the input in error messages.

    Yields:
        Rows with the only column `TEXT`, without the line break.

    Raises:
        DataError: a line is not UTF-8.
    """
    for number, line in enumerate(lines, start=1):
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
