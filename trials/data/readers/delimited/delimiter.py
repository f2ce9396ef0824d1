"""Detects the delimiter of a file by its first lines."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trials.data.readers.delimited.scan import Row, shown
from trials.errors import DataError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "|"}
ONE_COLUMN = "\x1f"
"""The delimiter of a single column: a control character, so that all others belong to the cells."""

_FEWEST_ROWS = 5
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_APOSTROPHES = re.compile(r"\s*'[^']*'(\s*[,;\t|]\s*'[^']*')+\s*")


@dataclass(frozen=True)
class _Width:
    """The rows of the head under one delimiter: cells in the first row, share of rows as wide, and rows below."""

    first: int
    share: float
    below: list[Row]


def named_delimiter(first_line: str) -> str | None:
    """Return the delimiter in a line such as `sep=;`, which Excel writes before the header; None for other lines."""
    match = _SEPARATOR_LINE.fullmatch(first_line)
    return match[1] if match else None


def is_in_apostrophes(first_line: str) -> bool:
    """Return whether all cells of a line are in apostrophes."""
    return _APOSTROPHES.fullmatch(first_line.rstrip("\r\n")) is not None


def find_delimiter(head: str, path: Path, fewest: int, *, complete: bool, quote: str = '"') -> str:
    """Return the delimiter under which most rows are as wide as the first one, which has several columns.

    If there is none, and a single column is enough, it is `ONE_COLUMN`.

    Args:
        head: the first lines of a file.
        path: the file, for messages.
        fewest: smallest number of columns.
        complete: whether `head` is the whole file.
        quote: the quotation mark.

    Raises:
        DataError: there are too few columns, or two delimiters would do.
    """
    widths = _widths(head, complete=complete, quote=quote)
    several = {delimiter: width for delimiter, width in widths.items() if width.first > 1}
    if not several:
        if fewest > 1:
            raise DataError(one_column(path, head, widths))
        for delimiter, width in widths.items():
            if len(width.below) >= _FEWEST_ROWS and _is_wider(width):
                raise DataError(one_column(path, head, {delimiter: width}))
        return ONE_COLUMN
    perfect = [delimiter for delimiter, width in several.items() if width.share == 1 and width.below]
    if len(perfect) > 1:
        names = " or ".join(DELIMITERS[delimiter] for delimiter in perfect)
        raise DataError(
            f"{path} could be separated by {names}: its first line is {shown([head.lstrip().splitlines()[0]])}. "
            "Name the delimiter: --delimiter ';' (or tab)."
        )
    return max(several, key=lambda delimiter: (several[delimiter].share, several[delimiter].first))


def one_column(path: Path, head: str, widths: Mapping[str, object] | None = None) -> str:
    """Return the message for a file whose first line has a single cell."""
    first = (head.lstrip().splitlines() or [""])[0].strip()
    wider = next((width for width in (widths or {}).values() if isinstance(width, _Width) and _is_wider(width)), None)
    title = f" The lines below have {len(wider.below[0])} cells: if line 1 is a title, remove it." if wider else ""
    return (
        f"{path} must have a header and at least two columns, separated by comma, semicolon, tab or | "
        f"(or another: --delimiter), but its first line is {shown([first])}.{title}"
    )


def _is_wider(width: _Width) -> bool:
    return width.first == 1 and bool(width.below) and len({len(row) for row in width.below}) == 1 < len(width.below[0])


def _widths(head: str, *, complete: bool, quote: str) -> dict[str, _Width]:
    widths = {}
    for delimiter in DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, quotechar=quote)
            rows = [row for row in reader if any(map(str.strip, row))]
        except csv.Error:
            continue
        if not complete and len(rows) > 1:
            rows.pop()  # it may be cut
        if rows:
            first = len(rows[0])
            widths[delimiter] = _Width(first, sum(len(row) == first for row in rows) / len(rows), rows[1:])
    return widths
