"""CSV and similar formats: detects delimiter and quoting, and names bad rows by file and line."""

import csv
import io
import sys
from dataclasses import dataclass
from pathlib import Path

from trials.data.readers.decode import read_text
from trials.data.readers.read_options import READ_OPTIONS, ReadOptions
from trials.data.readers.table import Table
from trials.errors import DataError

DELIMITERS = (",", ";", "\t", "|")
_HEAD_CHARACTERS = 1 << 16
_SHOWN_PROBLEMS = 3


class _Quoted(csv.excel):
    strict = True


class _Spaced(_Quoted):
    skipinitialspace = True


class _Escaped(_Quoted):
    doublequote = False
    escapechar = "\\"


class _Bare(csv.excel):
    quoting = csv.QUOTE_NONE


@dataclass(frozen=True)
class _Parsed:
    """Rows of one way to parse a file, the header first, and the problems of that way."""

    rows: list[list[str]]
    problems: list[str]


def read_delimited(path: Path, options: ReadOptions = READ_OPTIONS, fewest: int = 2) -> Table:
    """Return the columns of a delimited file; its first row has the column names.

    Args:
        path: the file; a `.tsv` file is split at tabs, for others the delimiter is detected.
        options: what the user said about the file.
        fewest: smallest number of columns.

    Raises:
        DataError: the file is no text, has fewer columns, or has rows that do not fit the header.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # texts may be longer than the module's 128 KiB
    text = read_text(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text, path, fewest)
    parsed = _parsed(text, delimiter)
    if parsed.problems:
        raise DataError(_bad_rows(path, parsed.problems))
    header = [name.strip() or f"column {number}" for number, name in enumerate(parsed.rows[0], start=1)]
    if repeated := sorted({name for name in header if header.count(name) > 1}):
        raise DataError(f"{path} must name each column once, but its first row repeats {', '.join(repeated)}.")
    if len(header) < fewest:
        raise DataError(_one_column(path, text))
    if len(parsed.rows) < 2:
        raise DataError(f"{path} must hold rows below its header, but it has none.")
    return Table(path, dict(zip(header, map(list, zip(*parsed.rows[1:], strict=True)), strict=True)))


def _delimiter(text: str, path: Path, fewest: int) -> str:
    """Return the delimiter under which most of the first rows are as wide as the header, which has several columns.

    If there is none, and a single column is enough, it is the comma.
    """
    head = text[:_HEAD_CHARACTERS]
    scores: dict[str, tuple[float, int]] = {}
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        if len(text) > len(head) and len(rows) > 1:
            rows.pop()  # the last one may be cut
        width = len(rows[0]) if rows else 0
        if width > 1:
            scores[delimiter] = (sum(len(row) == width for row in rows) / len(rows), width)
    if not scores:
        if fewest == 1:
            return DELIMITERS[0]
        raise DataError(_one_column(path, text))
    return max(scores, key=scores.__getitem__)


def _parsed(text: str, delimiter: str) -> _Parsed:
    quoted = _parse(text, delimiter, _Quoted)
    swallowed = delimiter == "\t" and '"' in text and len(quoted.rows) <= text.rstrip().count("\n")
    if not quoted.problems and not swallowed:
        return quoted
    # In tab-separated files a quote is often just a character, and two of them would swallow the rows between.
    bare = _parse(text, delimiter, _Bare)
    if not bare.problems and (delimiter == "\t" or not _has_quoted_field(bare)):
        return bare
    others = (quoted, _parse(text, delimiter, _Spaced), _parse(text, delimiter, _Escaped))
    return next((parsed for parsed in others if not parsed.problems), quoted)


def _has_quoted_field(bare: _Parsed) -> bool:
    return any(len(field) > 1 and field[0] == field[-1] == '"' for row in bare.rows for field in row)


def _parse(text: str, delimiter: str, dialect: type[csv.Dialect]) -> _Parsed:
    reader = csv.reader(io.StringIO(text, newline=""), dialect, delimiter=delimiter)
    rows: list[list[str]] = []
    problems: list[str] = []
    line = 1
    try:
        for row in reader:
            if any(map(str.strip, row)):  # blank lines are no rows
                rows.append(row)
                if len(row) != len(rows[0]):
                    problems.append(
                        f"line {line}: {len(row)} fields where the header has {len(rows[0])}: {_shown(row)}"
                    )
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(f"line {line}: {error}; a quote may be missing or not doubled")
    return _Parsed(rows, problems)


def _shown(row: list[str]) -> str:
    text = " | ".join(row)
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def _bad_rows(path: Path, problems: list[str]) -> str:
    more = f"\n  ... and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
    listed = "\n  ".join(f"{path}, {problem}" for problem in problems[:_SHOWN_PROBLEMS])
    return f"Every row must have the columns of the first. Correct or remove:\n  {listed}{more}"


def _one_column(path: Path, text: str) -> str:
    first = text.lstrip().split("\n", 1)[0].strip()
    return (
        f"{path} must have a header and at least two columns, separated by comma, semicolon, tab or |, "
        f"but its first line is {_shown([first])}."
    )
