"""Times in the cells of a column: numbers such as years and seconds, or dates."""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from trials.errors import DataError

_FORMATS = (
    *("%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"),
    *("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%Y-%m", "%a %b %d %H:%M:%S %z %Y"),
)
_EITHER_ORDER = (("%d/%m/%Y", "%m/%d/%Y"), ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"))


def parse_times(cells: Sequence[str | None], column: str, origin: object) -> list[float]:
    """Return a number for each cell that grows with its time; NaN for an empty cell.

    All cells must have the same form. Times without a zone count as UTC.

    Args:
        cells: the cells of the column.
        column: its name, for messages.
        origin: the file, for messages.

    Raises:
        DataError: the cells have no common form that is known, or day and month cannot be told apart.
    """
    given = [(cell or "").strip() for cell in cells]
    values = list(dict.fromkeys(text for text in given if text))
    parsers: list[Callable[[str], float]] = [_number, _iso, _mail, *map(_with_format, _FORMATS)]
    for parse in parsers:
        if (numbers := _all(values, parse)) is not None:
            return _in_order(given, values, numbers)
    for forms in _EITHER_ORDER:
        found = [numbers for form in forms if (numbers := _all(values, _with_format(form))) is not None]
        if len(found) == 1:
            return _in_order(given, values, found[0])
        if found:
            raise DataError(
                f"The time column {column!r} of {origin} must tell days from months, but {values[0]!r} can be read in "
                "both orders, like every other cell. Write dates as YEAR-MONTH-DAY."
            )
    example = next((text for text in values if _all([text], _iso) is None), values[0] if values else "")
    raise DataError(
        f"The time column {column!r} of {origin} must hold numbers or dates of one form, such as 2024-01-31 or "
        f"2024-01-31T18:30:00+01:00, but it holds {example!r:.60}. Write all of them in one form."
    )


def _in_order(given: Iterable[str], values: Iterable[str], numbers: Iterable[float]) -> list[float]:
    known = dict(zip(values, numbers, strict=True))
    return [known.get(text, math.nan) for text in given]


def _all(values: Iterable[str], parse: Callable[[str], float]) -> list[float] | None:
    try:
        numbers = [parse(value) for value in values]
    except (ValueError, TypeError, OverflowError):
        return None
    return numbers if numbers and all(map(math.isfinite, numbers)) else None


def _number(text: str) -> float:
    return float(text)


def _iso(text: str) -> float:
    return _seconds(datetime.fromisoformat(text))


def _mail(text: str) -> float:
    return _seconds(parsedate_to_datetime(text))


def _with_format(form: str) -> Callable[[str], float]:
    def parse(text: str) -> float:
        return _seconds(datetime.strptime(text, form))

    return parse


def _seconds(time: datetime) -> float:
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
