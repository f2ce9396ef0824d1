"""The errors that are shown to the user, and the exit code of each.

AutomlError                (2)
├── UsageError             a flag, a name or an experiment file is wrong; the message lists all problems
├── DataProblem            the data cannot be used
├── WorkspaceError         the workspace or a database cannot be used
├── SearchFailed     (1)   the search ran, but no trial produced a model
└── Interrupted    (130)   the user pressed Ctrl-C before there was a result
"""

from collections.abc import Iterable

from search_spaces.near_miss import did_you_mean


class AutomlError(Exception):
    """Base of all errors that are shown to the user as one message, without a traceback.

    Attributes:
        exit_code: exit code of the command that raised the error.
    """

    exit_code = 2


class UsageError(AutomlError):
    """The request of the user is invalid or cannot be fulfilled."""


class DataProblem(AutomlError):
    """The data cannot be read or cannot be used for training."""


class WorkspaceError(AutomlError):
    """A folder or a database that the program needs cannot be used."""


class SearchFailed(AutomlError):
    """No trial produced a model."""

    exit_code = 1


class Interrupted(AutomlError):
    """The user interrupted the search before there was a result."""

    exit_code = 130


MOST_CHOICES = 40
"""If there are more choices, the message names only those that are similar to the given name."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Return a message about a name that does not exist, with similar names and the possible choices.

    Args:
        kind: what the name stands for, such as `metric`.
        name: the name that was given.
        known: all valid names. They are listed if there are at most `MOST_CHOICES`, and counted otherwise.
    """
    choices = list(known)
    if len(choices) > MOST_CHOICES:
        hint, listing = did_you_mean(name, choices, most=5), f"There are {len(choices)} to choose from."
    else:
        hint, listing = did_you_mean(name, choices), f"Choose from: {', '.join(choices)}."
    return f"There is no {kind} {name!r}.{hint} {listing}"
