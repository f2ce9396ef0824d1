"""Whether the first row of a table has the names of its columns."""

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from trials.errors import DataError

Row = Sequence[str]

_USUAL = """
    id idx index uid uuid guid key row number no nr name names code
    text texts sentence sentence1 sentence2 review reviews content body comment comments message tweet document
    description headline title question answer utterance query abstract article post summary subject reply response
    prompt snippet phrase premise hypothesis feedback note notes input output
    label labels class classes category categories sentiment target topic intent emotion polarity tag tags y rating
    ratings stars score scores type kind split fold part subset group author user date time timestamp datetime created
    year month day source url link lang language length count
"""
COMMON_NAMES = frozenset(_USUAL.split())
"""Usual names of columns, in lower case."""

_SAMPLE_ROWS = 1000
_LONG_WORDS = 8
_WORD = re.compile(r"[^\W\d_]+")
_CURLY_QUOTES = "“”„«»"
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")


def checked_header(path: Path, rows: Sequence[Row], header: bool | None, first_line: int = 1) -> tuple[list[str], int]:
    """Return the names of the columns, and how many of the rows they take: 1, or 0 without a header.

    A name that is empty becomes `column N`, as the first one of a table that pandas wrote with its index. Without a
    header the names are 1, 2, 3, ...

    Args:
        path: the file, for messages.
        rows: the first rows of the file, from its first line.
        header: whether the first row is a header; None means find it.
        first_line: number of the first row's line, for messages.

    Raises:
        DataError: the first row looks like data or like a title, or a name is repeated.
    """
    if not rows:
        raise DataError(f"{path} must hold a table, but it has no rows.")
    width = len(rows[0])
    if header is False:
        return [str(number) for number in range(1, width + 1)], 0
    names = [name.strip() for name in rows[0]]
    if header is None:
        _check_is_header(path, names, rows, first_line)
    named = [name or f"column {number}" for number, name in enumerate(names, start=1)]
    if repeated := sorted({name for name in named if named.count(name) > 1}):
        raise DataError(
            f"{path} must name each column once, but its first row repeats {', '.join(repeated)}. {_advice(width)}"
        )
    return named, 1


def _check_is_header(path: Path, names: Row, rows: Sequence[Row], line: int) -> None:
    below = [row for row in rows[1 : _SAMPLE_ROWS + 1] if len(row) == len(names) and row != rows[0]]
    shown = " | ".join(names)
    if curly := [name for name in names if name[:1] in _CURLY_QUOTES and name[-1:] in _CURLY_QUOTES and name]:
        raise DataError(
            f"{path}, line {line}: cells are in the quotation marks {curly[0][0]} {curly[0][-1]}. "
            'Replace these by straight ones (") in the whole file.'
        )
    if 2 * sum(not name for name in names) > len(names) or _is_title(names, below):
        raise DataError(
            f"{path}, line {line}: the first row must have the names of the columns, but it looks like a title: "
            f"{shown!r:.80}. Remove it, or say --header if it has the names."
        )
    if reason := _looks_like_data(names, below):
        raise DataError(
            f"{path}, line {line}: the first row must have the names of the columns, but it looks like data "
            f"({shown!r:.80}): {reason}. {_advice(len(names))}"
        )


def _advice(width: int) -> str:
    numbers = "1" if width == 1 else f"1 to {width}"
    return (
        f"Say --no-header if the file has no header: its columns are then called {numbers} (--text 1 --label 2). "
        "Say --header if its first row has the names."
    )


def _is_title(names: Row, below: Sequence[Row]) -> bool:
    """Return whether the names of the columns come only in the second row."""
    second = {name.strip().lower() for name in below[0]} if below else set()
    common = len(second & COMMON_NAMES)
    return len(names) > 1 and common > 1 and common > len({name.lower() for name in names} & COMMON_NAMES)


def _looks_like_data(names: Row, below: Sequence[Row]) -> str | None:
    """Return why the first row looks like data; None if it may have names."""
    if _is_numbered(names):
        return None
    columns: list[Row] = list(zip(*below, strict=True)) if below else [()] * len(names)
    reasons = [_repeated(name, cells) for name, cells in zip(names, columns, strict=True)]
    if not _common(names):
        reasons += [_alike(name, cells) for name, cells in zip(names, columns, strict=True)]
        if len(names) == 1 and len(names[0].split()) > 1 and not COMMON_NAMES & set(_WORD.findall(names[0].lower())):
            reasons.append("it has several words, and none of them usually names a column")
    return next((reason for reason in reasons if reason), None)


def _repeated(name: str, cells: Row) -> str | None:
    again = sum(cell.strip() == name for cell in cells)
    return f"{name!r:.60} is also in {again} of the rows below" if name and again > 1 else None


def _alike(name: str, cells: Row) -> str | None:
    """Return in what way a name is like the cells below it; None if it is not."""
    if _NUMBER.fullmatch(name) and cells and all(_NUMBER.fullmatch(cell.strip()) for cell in cells if cell.strip()):
        return f"{name!r} is a number, as are the cells below"
    is_long = len(name.split()) >= _LONG_WORDS and not name.endswith(("?", ":"))
    if is_long and cells and median(len(cell.split()) for cell in cells) > _LONG_WORDS / 2:
        return f"{name!r:.60} is as long as the texts below"
    return None


def _common(names: Row) -> bool:
    return any(name.lower() in COMMON_NAMES for name in names)


def _is_numbered(names: Row) -> bool:
    """Return whether the names are 0, 1, 2, ..., which pandas writes for columns without names."""
    numbered = list(names[1:]) if names and not names[0] else list(names)
    return len(numbered) > 1 and numbered == [str(number) for number in range(len(numbered))]
