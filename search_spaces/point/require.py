"""The check of a value that no model or optimizer could use."""

from search_spaces.errors import SpaceError


def require(holds: bool, rule: str, value: object) -> None:
    """Check a rule about a value.

    Args:
        holds: whether it holds.
        rule: what must hold, in words.
        value: the value.

    Raises:
        SpaceError: it does not hold.
    """
    if not holds:
        raise SpaceError(f"{rule}, not {value!r}")
