"""Parses durations (`90s`, `10m`, `1h30m`, or a number of seconds) and values of parameters."""

import math
import re

from search_spaces import Choice, Dimension, Value

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

_WRITTEN = re.compile("".join(rf"(?:(?P<{unit}>\d+(?:\.\d+)?){unit})?" for unit in SECONDS))


def parse_duration(written: str) -> float:
    """Return a duration in seconds.

    Args:
        written: days, hours, minutes and seconds in this order, such as `1h30m`, or a number of seconds.

    Raises:
        ValueError: the text has another form, or the duration is not positive and finite.
    """
    text = written.replace(" ", "").lower()
    parts = _WRITTEN.fullmatch(text) if text else None
    try:
        seconds = _sum(parts.groupdict()) if parts else float(text)
    except ValueError:
        seconds = math.nan
    if not (0 < seconds < math.inf):
        raise ValueError(f"a time must be above 0, such as 90s, 10m, 1h30m or a number of seconds, not {written!r}")
    return seconds


def _sum(parts: dict[str, str | None]) -> float:
    return sum(float(count) * SECONDS[unit] for unit, count in parts.items() if count is not None)


def parse_value(dimension: Dimension, given: object) -> Value | None:
    """Convert a value from YAML or a flag to a value of a dimension.

    YAML may give 4 for an option 4.0, and parses 2e-5 as text; a flag gives text only.

    Args:
        dimension: the dimension of the parameter.
        given: the given value.

    Returns:
        The value in the dimension's type; None if it is not in the dimension.
    """
    if isinstance(dimension, Choice):
        return next((option for option in dimension.options if _is_option(given, option)), None)
    number = _number(given)
    return dimension.nearest(number) if number is not None and number in dimension else None


def _is_option(given: object, option: Value) -> bool:
    if given in Choice((option,), option):
        return True
    if isinstance(option, bool):
        return given == str(option).lower()
    return isinstance(option, int | float) and _number(given) == option


def _number(given: object) -> float | None:
    try:
        number = float(given) if isinstance(given, str) else given
    except ValueError:
        return None
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None
