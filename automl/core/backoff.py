"""Exponential back-off."""


def next_pause(before: float, first: float, longest: float) -> float:
    """Return the pause before the next try: twice the last one, from `first` to `longest`.

    Args:
        before: the last pause in seconds; 0 if there was none.
        first: the first pause in seconds.
        longest: the longest pause in seconds.
    """
    return min(2 * before or first, longest)
