"""The live view of a search in a notebook: one output that is drawn again in place."""

import sys
import time
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Protocol, Self

from rich.console import Console

from automl.console.live_view import LiveView
from automl.core import Event, SearchEnded
from search_spaces import Value

WIDTH = 100
HEIGHT = 40

SECONDS_BETWEEN = 0.5
"""Least time between two drawings; the last one is always drawn."""

PAGE = '<pre style="font-family: monospace; line-height: 1.3; margin: 0">{code}</pre>'


class Drawing(Protocol):
    """An output of a notebook that can be replaced."""

    def update(self, thing: object) -> None:
        """Show `thing` in place of what was shown."""
        ...


class Html:
    """What a notebook shows of an object that has HTML, and of one without it.

    Args:
        html: for a notebook.
        text: for what shows text only.
    """

    def __init__(self, html: str, text: str) -> None:
        self._html = html
        self._text = text

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._text


class NotebookView:
    """A `Listener` that draws the search in one output of a notebook. It is a context manager.

    It needs neither widgets nor a running event loop: a cell that searches blocks it.

    Args:
        display: shows a first thing, and returns its output, as IPython's `display(..., display_id=True)`.
        defaults: parameters of the default configuration, with which trials are compared.
        clock: returns the time in seconds.
    """

    def __init__(
        self,
        display: Callable[[object], Drawing | None],
        defaults: Mapping[str, Value],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._view = LiveView(Console(file=StringIO()), defaults)
        self._display = display
        self._drawing: Drawing | None = None
        self._clock = clock
        self._drawn = float("-inf")

    def notice(self, event: Event) -> None:
        """Update the state with `event`, and draw it unless it was drawn a moment ago."""
        self._view.notice(event)
        if isinstance(event, SearchEnded) or self._clock() - self._drawn >= SECONDS_BETWEEN:
            self._draw()

    def __enter__(self) -> Self:
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        self._draw()

    def _draw(self) -> None:
        self._drawn = self._clock()
        console = Console(file=StringIO(), record=True, width=WIDTH, height=HEIGHT, force_jupyter=False)
        console.print(self._view)
        text = console.export_text(clear=False)
        picture = Html(console.export_html(inline_styles=True, code_format=PAGE), text)
        if self._drawing is None:
            self._drawing = self._display(picture)
        else:
            self._drawing.update(picture)


def notebook_display() -> Callable[[object], Drawing | None] | None:
    """Return the function that displays things in this process's notebook; None if it is none."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if ipython is None or getattr(shell, "kernel", None) is None:
        return None

    def display(thing: object) -> Drawing | None:
        drawing: Drawing | None = ipython.display.display(thing, display_id=True)
        return drawing

    return display
