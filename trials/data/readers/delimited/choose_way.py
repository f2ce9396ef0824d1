"""Chooses how a delimited file is parsed; what is not clear is refused with its line."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from trials.data.readers.delimited.delimiter import (
    find_delimiter,
    is_in_apostrophes,
    named_delimiter,
    one_column,
)
from trials.data.readers.delimited.scan import (
    Apostrophes,
    Bare,
    Escaped,
    Lines,
    Quoted,
    Scan,
    Spaced,
    Way,
    is_quoted,
    is_wrapped,
    scan,
)
from trials.data.readers.delimited.swallowed import swallowed_rows
from trials.data.readers.file_facts import Loss
from trials.data.readers.read_options import ReadOptions
from trials.errors import DataError

_HEAD_CHARACTERS = 1 << 16
_HEAD_ROWS = 1000
_MOSTLY_QUOTED = 0.9
_SHOWN_PROBLEMS = 3
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}

Dialect = type[Quoted] | type[Bare]


@dataclass(frozen=True)
class _Passes:
    """Passes over a file under several dialects.

    Attributes:
        path: the file, for messages.
        lines: the file.
        delimiter: separator of cells.
        skipped: number of lines before the first row.
        keep: keep the rows in memory.
        keep_empty: keep rows whose cells are all empty.
    """

    path: Path
    lines: Lines
    delimiter: str
    skipped: int
    keep: bool
    keep_empty: bool

    def under(self, dialect: Dialect, watch: Callable[[str], bool] | None = None) -> Scan:
        way = Way(self.delimiter, dialect, self.skipped)
        return scan(self.lines, way, keep=self.keep, keep_empty=self.keep_empty, watch=watch)


def chosen_way(
    path: Path, lines: Lines, options: ReadOptions, fewest: int, *, is_tsv: bool, keep: bool
) -> tuple[Scan, list[Loss]]:
    """Return a pass over a file under the way to parse it that fits, and what that way costs.

    Args:
        path: the file, for messages.
        lines: the file.
        options: what the user said about it.
        fewest: smallest number of columns.
        is_tsv: whether the name of the file says that tabs separate its cells.
        keep: keep the rows in memory.

    Raises:
        DataError: no way fits; the first bad lines are named.
    """
    head, complete = _head(lines)
    named = named_delimiter(head[0]) if head else None
    rest = head if named is None else head[1:]
    apostrophes = bool(rest) and is_in_apostrophes(rest[0])
    delimiter = _requested(options.delimiter) or named or ("\t" if is_tsv else None)
    if delimiter is None:
        quote = "'" if apostrophes else '"'
        delimiter = find_delimiter("".join(rest), path, fewest, complete=complete, quote=quote)
    passes = _Passes(path, lines, delimiter, len(head) - len(rest), keep, options.keep_empty)
    found, losses = _passed(passes, Apostrophes if apostrophes else Quoted)
    if found.head and len(found.head[0]) < fewest:
        raise DataError(one_column(path, "".join(rest)))
    return found, losses


def _head(lines: Lines) -> tuple[list[str], bool]:
    """Return the first lines, and whether they are all."""
    head: list[str] = []
    size = 0
    for line in lines.begin():
        if size >= _HEAD_CHARACTERS:
            return head, False
        head.append(line)
        size += len(line)
    return head, True


def _requested(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    delimiter = _NAMED_DELIMITERS.get(delimiter, delimiter)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise DataError(f"--delimiter must be one character, or tab, not {delimiter!r}.")
    return delimiter


def _passed(passes: _Passes, dialect: Dialect) -> tuple[Scan, list[Loss]]:
    """Return the pass under `dialect` if nothing speaks against it, else under another one."""
    spaced = passes.lines.contain(f'{passes.delimiter} "')
    found = passes.under(dialect, is_wrapped if spaced else None)
    if passes.delimiter == "\t" and (found.problems or found.spanning):
        # In tab-separated files a quote is often just a character, and two of them would swallow the rows between.
        bare = passes.under(Bare)
        if not bare.problems:
            return bare, []
    if found.problems:
        bare = passes.under(Bare, is_quoted)
        if not bare.problems and not bare.watched:
            return bare, []
        others = (passes.under(other) for other in (Spaced, Escaped))
        found = next((other for other in others if not other.problems), found)
    elif found.watched:
        without_spaces = passes.under(Spaced)
        if not without_spaces.problems or 2 * found.watched > found.count:
            found = without_spaces
    if found.problems:
        raise DataError(_bad_rows(passes.path, found))
    return _without_swallowed(passes, found)


def _without_swallowed(passes: _Passes, found: Scan) -> tuple[Scan, list[Loss]]:
    """Return `found`, unless quotes join rows; then quotes are characters if that fits.

    Raises:
        DataError: they join rows, but other quotes do enclose cells.
    """
    if not found.spanning or _is_mostly_quoted(passes.lines, found):
        return found, []
    rows = found.kept if passes.keep else (row for _, row in found.way.rows(passes.lines, len(found.head[0])))
    lines = swallowed_rows(found, islice(rows, 1, None))
    if not lines:
        return found, []
    bare = passes.under(Bare, is_quoted)
    if not bare.problems and not bare.watched:
        what = "cells would join lines that are rows, so that quotes are read as characters"
        return bare, [Loss(what, len(lines), tuple(lines))]
    raise DataError(
        f"{passes.path}, line {lines[0]}: a quote opens a cell there that swallows the rows below, and so in "
        f"{len(lines)} rows. Remove the quote or double it; or, if the lines are one text, put every cell in quotes."
    )


def _is_mostly_quoted(lines: Lines, found: Scan) -> bool:
    """Return whether most rows have quotes, so that a line without any is hardly a row."""
    rows = found.way.rows(lines, len(found.head[0]))
    starts = {first for first, row in islice(rows, _HEAD_ROWS) if any(row)}
    head = enumerate(islice(lines.begin(), max(starts, default=0)), start=1)
    quoted = sum(number in starts and '"' in line for number, line in head)
    return quoted >= _MOSTLY_QUOTED * len(starts)


def _bad_rows(path: Path, found: Scan) -> str:
    problems = found.problems
    more = f"\n  ... and {len(problems) - _SHOWN_PROBLEMS} more" if len(problems) > _SHOWN_PROBLEMS else ""
    listed = "\n  ".join(f"{path}, {problem}" for problem in problems[:_SHOWN_PROBLEMS])
    title = f" If line {found.first_line} is a title, remove it." if len(problems) > found.count else ""
    return (
        f"Every row must have the columns of the first. Correct or remove these, or put text that holds the delimiter "
        f"in quotes:{title}\n  {listed}{more}"
    )
