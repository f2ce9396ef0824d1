"""Labelled rows as CSV, TSV or JSON Lines."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol, TextIO

from automl.errors import UsageError, WorkspaceError
from automl.export.inputs import Row
from trials.data.readers.table import cell

_ERRORS = "backslashreplace"
"""Half a surrogate pair, which JSON may hold, is no UTF-8: written so, it is what JSON calls it."""


class Writer(Protocol):
    """Takes rows in order; a column that a row lacks stays empty."""

    def write(self, row: Row) -> None:
        """Adds one row."""
        ...


class DelimitedWriter:
    """CSV, or with another delimiter its relatives; the header is written at once."""

    def __init__(self, stream: TextIO, columns: Sequence[str], delimiter: str = ",") -> None:
        self._columns = columns
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow(columns)

    def write(self, row: Row) -> None:
        self._writer.writerow([cell(row.get(column)) for column in self._columns])


class JsonLinesWriter:
    """One JSON object a line, with the columns that the row has."""

    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._stream = stream

    def write(self, row: Row) -> None:
        self._stream.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


WRITERS: dict[str, Callable[[TextIO, Sequence[str]], Writer]] = {
    ".csv": DelimitedWriter,
    ".tsv": partial(DelimitedWriter, delimiter="\t"),
    ".jsonl": JsonLinesWriter,
    ".ndjson": JsonLinesWriter,
}
"""Output formats by suffix; standard output is CSV."""


def check_target(target: Path | None) -> None:
    """Says before any work that a file cannot be written.

    Raises:
        UsageError: its suffix is no output format, or its folder does not exist.
    """
    if target is None:
        return
    if target.suffix.lower() not in WRITERS:
        raise UsageError(f"the output must be a file that ends in {', '.join(WRITERS)}, not {str(target)!r}")
    if not target.parent.is_dir():
        raise UsageError(f"the output must be in a folder that exists, not in {str(target.parent)!r}; make it first")


@contextmanager
def open_writer(target: Path | None, columns: Sequence[str]) -> Iterator[Writer]:
    """A writer to `target`, or to standard output without one.

    The file appears whole at the end, under a temporary name before: so it may also be the input, and a run that
    stops half way leaves nothing that looks finished.

    Raises:
        WorkspaceError: the file cannot be written.
    """
    if target is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors=_ERRORS)
        yield DelimitedWriter(sys.stdout, columns)
        return
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors=_ERRORS, newline="") as stream:
            yield WRITERS[target.suffix.lower()](stream, columns)
        part.replace(target)
    except OSError as error:
        raise WorkspaceError(f"{str(target)!r} must be writable, but that failed: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
