"""Values as a user writes them, in the type that a parameter has."""

from search_spaces import Choice, Dimension, Value


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
