"""Lengths of time as people write them: `90s`, `10m`, `1h30m`, or a number of seconds."""

import math
import re

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
