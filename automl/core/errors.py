"""The errors that a user may meet, and the exit code of each.

AutomlError                (2)
├── UsageError             a flag, a name or an experiment file is wrong; all problems are said at once
├── DataProblem            the data cannot be used
├── WorkspaceError         the workspace or a database cannot be used
├── SearchFailed     (1)   the search ran but no trial gave a model
└── Interrupted    (130)   Ctrl-C before there was anything to hand over
"""

import difflib
from collections.abc import Iterable


class AutomlError(Exception):
    """Anything that is told to the user as one message, without a traceback."""

    exit_code = 2


class UsageError(AutomlError):
    """What was asked for cannot be done as it was asked."""


class DataProblem(AutomlError):
    """The data cannot be read, or cannot be trained on."""


class WorkspaceError(AutomlError):
    """A folder or a database that the program needs cannot be used."""


class SearchFailed(AutomlError):
    """No trial produced a model."""

    exit_code = 1


class Interrupted(AutomlError):
    """The user stopped it before there was a result."""

    exit_code = 130


MOST_CHOICES = 40
"""Of more, a sentence names those alone that are near: nobody reads a hundred."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """One sentence about a name that does not exist, with the near miss and the choices, if those can be read."""
    choices = list(known)
    near = difflib.get_close_matches(name, choices, n=1 if len(choices) <= MOST_CHOICES else 5, cutoff=0.5)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    shown = (
        f" Choose from: {', '.join(choices)}."
        if len(choices) <= MOST_CHOICES
        else f" There are {len(choices)} to choose from."
    )
    return f"There is no {kind} {name!r}.{hint}{shown}"
