"""Output to the user: a live view on a terminal or in a notebook, plain lines elsewhere, all messages and tables."""

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager

from rich import console as rich_console

from automl.console.line_view import LineView
from automl.console.live_view import LiveView
from automl.console.notebook_view import NotebookView, notebook_display
from automl.core import Listener
from search_spaces import Value

WIDEST = 1000
"""Width of tables that are written to a pipe or a file, in columns."""

UNLIMITED = 100_000
"""Width of what may be wider than the terminal, in columns."""


class Console:
    """Prints messages and tables for the user.

    Args:
        aside: print to standard error, because a program reads standard output.
    """

    def __init__(self, *, aside: bool = False) -> None:
        to_terminal = (sys.stderr if aside else sys.stdout).isatty()
        width = None if to_terminal or "COLUMNS" in os.environ else WIDEST
        self._console = rich_console.Console(
            stderr=aside, highlight=False, soft_wrap=True, width=width, force_jupyter=False
        )

    def say(self, sentence: str) -> None:
        """Print the text `sentence`, without markup."""
        self._console.print(sentence, markup=False)

    def show(self, thing: rich_console.RenderableType, *, wide: bool = False) -> None:
        """Print `thing`, such as a table.

        Args:
            thing: what rich can print. It is up to `WIDEST` columns wide if the output is no terminal.
            wide: let it be as wide as it needs, whatever the width of the terminal.
        """
        if wide:
            self._console.width = UNLIMITED
        self._console.print(thing, soft_wrap=False)

    def watch(self, defaults: Mapping[str, Value]) -> AbstractContextManager[Listener]:
        """Return a context with a listener that shows a running search. Leaving it restores the terminal.

        Args:
            defaults: parameters of the default configuration, with which trials are compared.
        """
        if (display := notebook_display()) is not None:
            return NotebookView(display, defaults)
        if self._console.is_terminal:
            return LiveView(self._console, defaults)
        return LineView(self._console, defaults)
