"""Writes labelled rows as CSV, TSV or JSON Lines."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol, TextIO

from automl.core import UsageError, WorkspaceError
from automl.export.inputs import Row
from automl.export.labelling import NameList
from trials.data.readers import cell

SEPARATOR = "|"
"""Stands between the labels of a text in a cell."""

_ERRORS = "backslashreplace"
"""Error handler for half a surrogate pair, which JSON may contain but UTF-8 cannot: it is written as JSON's escape."""


_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters of formulas. The last four are full-width forms, which spreadsheets in East Asian locales accept."""

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?(e[-+]?\d+)?", re.IGNORECASE)


class Writer(Protocol):
    """Writes rows in order; a column that a row lacks stays empty."""

    def write(self, row: Row) -> None:
        """Add one row."""
        ...


class DelimitedWriter:
    """Writes CSV, or TSV with a tab as the delimiter; the header is written at once.

    Args:
        stream: receives the text.
        columns: names of the columns, in order.
        delimiter: separator between cells.
        render: converts a value to the text of its cell; None gives an empty cell.
    """

    def __init__(
        self,
        stream: TextIO,
        columns: Sequence[str],
        delimiter: str = ",",
        render: Callable[[object], str | None] = cell,
    ) -> None:
        self._columns = columns
        self._render = render
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow([render(column) for column in columns])

    def write(self, row: Row) -> None:
        self._writer.writerow([self._render(_joined(row.get(column))) for column in self._columns])


def _joined(value: object) -> object:
    """Return a set of labels as one text; JSON if a label holds the separator. Other values stay as they are."""
    if not isinstance(value, NameList):
        return value
    return value if any(SEPARATOR in name for name in value) else SEPARATOR.join(value)


def harmless_cell(value: object) -> str | None:
    """Return the text of a cell, with an apostrophe in front if a spreadsheet could run it as a formula.

    This follows OWASP's page on "CSV Injection". Spreadsheets recognize a formula by the first character of a cell,
    quoted or not, and a formula can send the content of other cells to a server. Numbers, also negative ones, are safe.
    """
    text = cell(value)
    if text is None or not text.startswith(_FORMULA_STARTS) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


class JsonLinesWriter:
    """Writes one JSON object per line, with the columns that the row has."""

    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._stream = stream

    def write(self, row: Row) -> None:
        self._stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


WRITERS: dict[str, Callable[..., Writer]] = {
    ".csv": DelimitedWriter,
    ".tsv": partial(DelimitedWriter, delimiter="\t"),
    ".jsonl": JsonLinesWriter,
    ".ndjson": JsonLinesWriter,
}
"""Output formats by suffix; standard output is CSV."""

SPREADSHEETS = (".csv", ".tsv")
"""The formats that spreadsheets open."""


def check_target(target: Path | None, *, spreadsheet: bool = False) -> None:
    """Check before any work that the output file can be written.

    Args:
        target: the output file; None for standard output.
        spreadsheet: the output must be a format that spreadsheets open.

    Raises:
        UsageError: the suffix of `target` is not a supported format, or its folder does not exist.
    """
    if target is None:
        return
    if target.suffix.lower() not in WRITERS:
        raise UsageError(f"the output must be a file that ends in {', '.join(WRITERS)}, not {str(target)!r}")
    if spreadsheet and target.suffix.lower() not in SPREADSHEETS:
        raise UsageError(f"--spreadsheet is for files that end in {', '.join(SPREADSHEETS)}, not for {str(target)!r}")
    if not target.parent.is_dir():
        raise UsageError(f"the output must be in a folder that exists, not in {str(target.parent)!r}; make it first")


@contextmanager
def open_writer(target: Path | None, columns: Sequence[str], *, spreadsheet: bool = False) -> Iterator[Writer]:
    """Open a writer to `target`.

    The file is written under a temporary name and renamed at the end. So it may also be the input, and an interrupted
    run leaves no file that looks complete.

    Args:
        target: the output file; None: CSV to standard output.
        columns: names of the columns, in order.
        spreadsheet: pass cells through `harmless_cell`.

    Yields:
        The writer for the format that the suffix of `target` names.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    kind = WRITERS[".csv" if target is None else target.suffix.lower()]
    make = partial(kind, render=harmless_cell) if spreadsheet else kind
    if target is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors=_ERRORS)
        yield make(sys.stdout, columns)
        return
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors=_ERRORS, newline="") as stream:
            yield make(stream, columns)
        part.replace(target)
    except OSError as error:
        raise WorkspaceError(f"{str(target)!r} must be writable, but that failed: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
