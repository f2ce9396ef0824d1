"""Numbers that are written as text."""

import math


def is_number(text: str) -> bool:
    """Return whether `text` is one finite number, with a decimal point or comma."""
    try:
        return math.isfinite(float(text.replace(",", ".")))
    except ValueError:
        return False
