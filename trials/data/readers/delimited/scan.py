"""One pass over the rows of a delimited file under one way to parse it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv


@dataclass(frozen=True)
class Lines:
    """The lines of a file, with their ends.

    Attributes:
        begin: returns an iterator over the lines, anew at each call.
        contain: returns whether a string without line ends is in one of them.
    """

    begin: Callable[[], Iterator[str]]
    contain: Callable[[str], bool]


Row = list[str]

HEAD_ROWS = 1001
_MOST_SPANNING = 1000


class Quoted(csv.excel):
    """Quotes around cells, doubled within them."""

    strict = True


class Spaced(Quoted):
    """Spaces between a delimiter and a quote."""

    skipinitialspace = True


class Escaped(Quoted):
    """Quotes around cells, with a backslash before a quote within them."""

    doublequote = False
    escapechar = "\\"


class Apostrophes(Quoted):
    """Apostrophes around cells."""

    quotechar = "'"


class Bare(csv.excel):
    """Quotes are characters like any other."""

    quoting = csv.QUOTE_NONE


@dataclass(frozen=True)
class Way:
    """A way to parse a file.

    Attributes:
        delimiter: separator of cells.
        dialect: how cells are quoted.
        skipped: number of lines before the first row.
    """

    delimiter: str
    dialect: type[csv.Dialect]
    skipped: int = 0

    def reader(self, lines: Lines) -> "_csv.Reader":
        """Return a reader of the rows, whose line numbers begin after the skipped lines."""
        source = lines.begin()
        for _ in range(self.skipped):
            next(source, None)
        return csv.reader(source, self.dialect, delimiter=self.delimiter)

    def rows(self, lines: Lines, width: int) -> Iterator[tuple[int, Row]]:
        """Yield the first line, from 1, and the cells of each row, after a scan without problems.

        Args:
            lines: the file.
            width: number of columns.
        """
        reader = self.reader(lines)
        before = self.skipped
        for read in reader:
            if (row := as_wide(read, width)) is not None:
                yield before + 1, row
            before = self.skipped + reader.line_num


def as_wide(row: Row, width: int) -> Row | None:
    """Return a row as one of `width` cells if all of its cells are empty; None for a blank line, which is no row.

    In a single column, a blank line is an empty cell.

    Args:
        row: the cells of a row; none of a blank line.
        width: number of columns; 0 if it is not known yet.
    """
    if (row and len(row) == width) or any(map(str.strip, row)):
        return row
    return [""] * width if width == 1 or (width and len(row) > 1) else None


@dataclass
class Scan:
    """What one pass found.

    Attributes:
        way: the way to parse.
        head: the first rows.
        kept: all rows with content, if they are to be kept; the header, too.
        count: number of rows of the right width.
        empty: lines of rows whose cells are all empty.
        problems: rows that do not fit the first one, and damage.
        spanning: rows that span lines, with the line where each begins; the first ones if they are many.
        repeats: lines of rows that are equal to the first one.
        watched: number of rows with a cell that was watched for.
        first_line: line of the first row.
    """

    way: Way
    head: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    count: int = 0
    empty: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    spanning: list[tuple[int, Row]] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    watched: int = 0
    first_line: int = 1


def scan(
    lines: Lines, way: Way, *, keep: bool, keep_empty: bool = False, watch: Callable[[str], bool] | None = None
) -> Scan:
    """Pass over all rows.

    Args:
        lines: the file.
        way: how it is parsed.
        keep: keep the rows.
        keep_empty: keep rows whose cells are all empty, too.
        watch: count rows with a cell of which this is true.
    """
    found = Scan(way)
    width, before, first_cell = 0, way.skipped, ""
    reader = way.reader(lines)
    keep_row = found.kept.append
    is_plain = keep and watch is None
    try:
        for read in reader:
            line, last = before + 1, way.skipped + reader.line_num
            before = last
            if is_plain and read and len(read) == width and last == line and read[0].strip() and read[0] != first_cell:
                keep_row(read)  # almost every row, so this is short
                continue
            if (row := as_wide(read, width)) is None:
                continue
            if not width:
                width, first_cell, found.first_line = len(row), row[0], line
                found.head.append(row)
            elif len(row) != width:
                found.problems.append(f"line {line}: {len(row)} fields where the first has {width}: {shown(row)}")
                continue
            elif row == found.head[0] and width > 1:
                found.repeats.append(line)
            _note(found, row, line, last, keep=keep, keep_empty=keep_empty, watch=watch)
    except csv.Error as error:
        found.problems.append(f"line {before + 1}: {error}; a quote may be missing or not doubled")
    if keep:
        found.count, found.head = len(found.kept), found.kept[:HEAD_ROWS]
    return found


def _note(
    found: Scan,
    row: Row,
    line: int,
    last: int,
    *,
    keep: bool,
    keep_empty: bool,
    watch: Callable[[str], bool] | None,
) -> None:
    """Note a row of the right width, which lies from `line` to `last`."""
    if not row[0].strip() and not any(map(str.strip, row)):
        found.empty.append(line)
        if not keep_empty:
            return
    found.count += 1
    if keep:
        found.kept.append(row)
    elif 1 < found.count <= HEAD_ROWS:
        found.head.append(row)
    if last > line and len(found.spanning) < _MOST_SPANNING:
        found.spanning.append((line, row))
    if watch is not None and any(map(watch, row)):
        found.watched += 1


def is_wrapped(text: str) -> bool:
    """Return whether a cell begins with a space, and is in quotes without it."""
    return text[:1] == " " and len(text) > 2 and text.lstrip()[:1] == '"' == text.rstrip()[-1:]


def is_quoted(text: str) -> bool:
    """Return whether a cell begins and ends with a quote."""
    return len(text) > 1 and text[0] == text[-1] == '"'


def shown(row: Row) -> str:
    """Return a row in at most some 80 characters, for messages."""
    text = " | ".join(row)
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
