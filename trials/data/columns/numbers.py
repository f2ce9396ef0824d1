"""Numbers that are written as text."""

import math
import re
from collections.abc import Iterable

from trials.errors import DataError

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


def number_of(text: str) -> float | None:
    """Return the one finite number in `text`, with a decimal point or comma; None if it is something else."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def is_number(text: str) -> bool:
    """Return whether `text` is one finite number, with a decimal point or comma."""
    return number_of(text) is not None


def check_commas(cells: Iterable[str], where: str = "") -> None:
    """Refuse numbers whose commas may stand for thousands or for the decimal point.

    Args:
        cells: cells of a column, of which some may be no numbers.
        where: which numbers they are, for the message, after a blank.

    Raises:
        DataError: which of both is meant is not clear.
    """
    given = set(cells)
    commas = sorted(cell for cell in given if "," in cell and is_number(cell))
    if not commas:
        return
    point = next((cell for cell in sorted(given) if "." in cell and is_number(cell)), None)
    if point is None and not all(map(_THOUSANDS.fullmatch, commas)):
        return
    beside = "" if point is None else f", beside {point!r} with a point"
    plain = " or ".join(repr(commas[0].replace(",", sign)) for sign in ("", "."))
    raise DataError(
        f"A comma in a number{where} must stand for the decimal point, but in {commas[0]!r}{beside} it may stand for "
        f"thousands. Write the numbers without commas: {plain}."
    )


def may_be_thousands(text: str, *, has_comma: bool) -> bool:
    """Return whether the comma or the point in the number `text` may stand for thousands.

    Args:
        text: a number.
        has_comma: whether the numbers of its column have decimal commas; else they have decimal points, or none.
    """
    return (_POINT_THOUSANDS if has_comma else _THOUSANDS).fullmatch(text) is not None


def label_order(label: str) -> tuple[float, str]:
    """Return the sort key of `label`: numbers by value and before words, so that class 10 comes after class 9."""
    number = number_of(label)
    return (float("inf") if number is None else number), label
