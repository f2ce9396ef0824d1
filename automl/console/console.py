"""What the user sees: a live view on a terminal, plain lines elsewhere; one voice for everything that is said."""

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager

from rich import console as rich_console

from automl.console.line_view import LineView
from automl.console.live_view import LiveView
from automl.core import Listener
from search_spaces import Value

WIDEST = 1000
"""Columns of a table that goes to a pipe or a file."""


class Console:
    """Prints to standard output, or to standard error where the output is for a program (`aside`)."""

    def __init__(self, *, aside: bool = False) -> None:
        to_terminal = (sys.stderr if aside else sys.stdout).isatty()
        width = None if to_terminal or "COLUMNS" in os.environ else WIDEST
        self._console = rich_console.Console(stderr=aside, highlight=False, soft_wrap=True, width=width)

    def say(self, sentence: str) -> None:
        """Prints one sentence."""
        self._console.print(sentence, markup=False)

    def show(self, thing: rich_console.RenderableType) -> None:
        """Prints a table or a group of them; not cut to any width where a program reads it."""
        self._console.print(thing, soft_wrap=False)

    def watch(self, defaults: Mapping[str, Value]) -> AbstractContextManager[Listener]:
        """Whoever shows the search while it runs; leaving it gives the terminal back."""
        if self._console.is_terminal:
            return LiveView(self._console, defaults)
        return LineView(self._console, defaults)
