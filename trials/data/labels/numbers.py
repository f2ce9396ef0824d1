"""Numbers that are written as text."""

import math


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


def label_order(label: str) -> tuple[float, str]:
    """Return the sort key of `label`: numbers by value and before words, so that class 10 comes after class 9."""
    number = number_of(label)
    return (float("inf") if number is None else number), label
