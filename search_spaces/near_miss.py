"""Finds the closest match of a name that does not exist."""

import difflib
from collections.abc import Iterable


def near_misses(name: str, choices: Iterable[str], most: int = 1) -> list[str]:
    """Return the names that are close to one that does not exist.

    Args:
        name: the name that does not exist.
        choices: the names that exist.
        most: number of names to return at most.
    """
    return difflib.get_close_matches(name, list(choices), n=most, cutoff=0.5)


def did_you_mean(name: str, choices: Iterable[str], form: str = " Did you mean {}?", most: int = 1) -> str:
    """Return a short question that suggests the closest matches.

    Args:
        name: the name that does not exist.
        choices: the names that exist.
        form: the question, with `{}` for the names.
        most: number of names to suggest at most.

    Returns:
        The question; an empty string if no choice is close.
    """
    near = near_misses(name, choices, most)
    return form.format(" or ".join(map(repr, near))) if near else ""
