"""Lengths of time as people write them: `90s`, `10m`, `1h30m`, or a number of seconds."""

import math
import re

from search_spaces import Choice, Dimension, Value

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

_WRITTEN = re.compile("".join(rf"(?:(?P<{unit}>\d+(?:\.\d+)?){unit})?" for unit in SECONDS))


def parse_duration(written: str) -> float:
    """Seconds, from days, hours, minutes and seconds in this order, or from a bare number.

    Raises:
        ValueError: the text is neither, or no time above 0.
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


def told_value(dimension: Dimension, told: object) -> Value | None:
    """What `told` is in `dimension`, in its own type; None if it lies outside.

    YAML has 4 where an option is 4.0, and reads 2e-5 as text; in a flag all is text.
    """
    if isinstance(dimension, Choice):
        return next((option for option in dimension.options if _is_option(told, option)), None)
    number = _number(told)
    return dimension.nearest(number) if number is not None and number in dimension else None


def _is_option(told: object, option: Value) -> bool:
    if told in Choice((option,), option):
        return True
    if isinstance(option, bool):
        return told == str(option).lower()
    return isinstance(option, int | float) and _number(told) == option


def _number(told: object) -> float | None:
    try:
        number = float(told) if isinstance(told, str) else told
    except ValueError:
        return None
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None
