"""Lengths of time as people write them: `90s`, `10m`, `1h30m`, or a number of seconds."""

import re

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}

_WRITTEN = re.compile(r"(?:(?P<d>[\d.]+)d)?(?:(?P<h>[\d.]+)h)?(?:(?P<m>[\d.]+)m)?(?:(?P<s>[\d.]+)s)?")


def parse_duration(written: str) -> float:
    """Seconds, from days, hours, minutes and seconds in this order, or from a bare number.

    Raises:
        ValueError: the text is neither.
    """
    text = written.replace(" ", "").lower()
    parts = _WRITTEN.fullmatch(text)
    if not text or parts is None:
        return float(text)
    return sum(float(count) * SECONDS[unit] for unit, count in parts.groupdict().items() if count is not None)
