"""Plain text, one text a line: standard input and `.txt` files."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from automl.export.inputs.rows import Row, Rows, is_utf8
from trials.data.readers import read_text
from trials.errors import DataError

TEXT = "text"
"""The column that a line of text goes to."""


def line_rows(source: Path) -> Rows:
    """One row for each line of a file, blank lines too."""
    if not is_utf8(source):
        older = read_text(source).removesuffix("\n").split("\n")
        return Rows((TEXT,), lambda: ({TEXT: line.rstrip("\r")} for line in older))

    def stream() -> Iterator[Row]:
        with source.open("rb") as file:
            yield from stream_lines(file, str(source))

    return Rows((TEXT,), stream)


def stream_lines(lines: Iterable[bytes], name: str) -> Iterator[Row]:
    """One row for each line of UTF-8, blank lines too, so that row n of the output belongs to line n of the input.

    Raises:
        DataError: a line is not UTF-8; `name` is what the message calls the input.
    """
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{name}, line {number}: must be UTF-8, but it is not: {error.reason}.") from error
        yield {TEXT: text.rstrip("\r\n")}


def is_labelled(rows: Rows, label_names: Collection[str]) -> bool:
    """Whether each line is a label, a tab and a text, as in plain text to train on. Stops at the first that is not."""
    heads = (str(row[TEXT]).partition("\t") for row in rows.stream() if row[TEXT])
    first = next(heads, None)
    return first is not None and all(tab and label in label_names for label, tab, _ in (first, *heads))
