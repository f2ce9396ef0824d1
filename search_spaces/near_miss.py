"""Finds the closest match of a name that does not exist."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Return a short question that suggests the closest match.

    Args:
        name: the name that does not exist.
        choices: the names that exist.

    Returns:
        The question with a leading space; an empty string if no choice is close.
    """
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""
