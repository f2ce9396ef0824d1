"""Gives the events of a search to a board, on a thread, so that the search never waits for it."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from automl.core import Event, Listener, SearchStarted, TrialStarted, one_line
from automl.tracking.boards.board import Board

CLOSE_SECONDS = 30.0
"""Seconds that the end of a search waits for a board."""


class BoardListener:
    """A `Listener` that records a search in a board; as a context manager it closes itself at the end.

    The first error ends the records, and `warn` is told once: a board is no part of what a search promises.

    Args:
        name: name of the board for the user.
        opened: opens the board, on the thread, since its packages take time to import.
        warn: receives a sentence for the user.
    """

    def __init__(self, name: str, opened: Callable[[], Board], warn: Callable[[str], None]) -> None:
        self._name = name
        self._opened = opened
        self._warn = warn
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name=f"board-{name}", daemon=True)
        self._has_failed = False

    def notice(self, event: Event) -> None:
        """Put `event` into the queue."""
        if self._has_failed:
            return
        self._events.put(event)
        # Until the first result, the workers need every core to import torch, and there is nothing to show yet.
        if self._thread.ident is None and not isinstance(event, SearchStarted | TrialStarted):
            self._thread.start()

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Wait until all events are recorded, for at most `seconds`."""
        if self._thread.ident is None:
            return
        self._events.put(None)
        end = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < end:
            self._thread.join(0.1)  # in short pieces, so that Ctrl-C is heard
        if self._thread.is_alive():
            self._warn(f"{self._name} did not record everything within {seconds:g} s; the rest of it is given up.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _work(self) -> None:
        try:
            board = self._opened()
            try:
                while (event := self._events.get()) is not None:
                    board.write(event)
            finally:
                board.close()
        except Exception as error:
            self._has_failed = True
            self._warn(f"{self._name} records no more of this search: {one_line(error)}. The search continues.")


class Together:
    """Several listeners as one.

    Args:
        listeners: they hear each event in this order.
    """

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)

    def notice(self, event: Event) -> None:
        """Pass `event` on."""
        for listener in self._listeners:
            listener.notice(event)
