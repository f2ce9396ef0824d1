"""Finds rows that a stray pair of quotes joined into one."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from trials.data.readers.delimited.scan import Row, Scan

_FEW = 0.5
"""Largest share of distinct cells in a column whose cells are like labels."""
_FEWEST_LINES = 3
_MOST_ROWS = 100_000
_LINE_END = re.compile(r"\r\n|\r|\n")


def swallowed_rows(found: Scan, rows: Iterable[Row]) -> list[int]:
    """Return the lines of rows in which whole rows seem to be swallowed by a cell.

    A cell with several lines is suspicious if one of its lines is a row of its own: with as many cells as the table,
    and with one of the labels where labels are. Where the table has no labels, it is so if all of its lines are like
    rows, and so are those of most other cells with several lines.

    Args:
        found: a pass in which quotes were interpreted.
        rows: all rows, without the header.
    """
    if not found.spanning:
        return []
    if labels := _labels(rows):
        suspects = ((line, _lines_as_rows(found, row)) for line, row in found.spanning)
        return [line for line, cells in suspects if any(_fits(within, labels) for _, within in cells)]
    alike = [line for line, row in found.spanning if _is_all_rows(found, row)]
    return alike if 2 * len(alike) >= len(found.spanning) else []


def _labels(rows: Iterable[Row]) -> dict[int, set[str]]:
    """Return the cells of each column in which most cells are repeated, by its number; cells have one line."""
    cells: list[list[str]] = []
    for row in islice(rows, _MOST_ROWS):
        cells = cells or [[] for _ in row]
        for number, cell in enumerate(row):
            if "\n" not in cell and "\r" not in cell:
                cells[number].append(cell)
    distinct = {number: set(column) for number, column in enumerate(cells)}
    return {number: known for number, known in distinct.items() if len(known) <= _FEW * len(cells[number])}


def _fits(rows: list[Row], labels: dict[int, set[str]]) -> bool:
    return any(all(row[number] in known for number, known in labels.items()) for row in rows)


def _lines_as_rows(found: Scan, row: Row) -> Iterator[tuple[int, list[Row]]]:
    """Yield, for each cell with several lines, their number, and those that have as many cells as the table.

    The cells before it belong to its first line, and those after it to its last line. A line that is a row only by
    these does not count.
    """
    for number, cell in enumerate(row):
        lines = _LINE_END.split(cell)
        if len(lines) == 1:
            continue
        split = [line.split(found.way.delimiter) for line in lines]
        split[0] = [*row[:number], *split[0]] if number < len(row) - 1 else []
        split[-1] = [*split[-1], *row[number + 1 :]] if number > 0 else []
        yield len(lines), [cells for cells in split if len(cells) == len(row)]


def _is_all_rows(found: Scan, row: Row) -> bool:
    return any(number >= _FEWEST_LINES and len(rows) >= number - 1 for number, rows in _lines_as_rows(found, row))
