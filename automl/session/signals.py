"""Ctrl-C and SIGTERM while a search starts and runs: the first one ends it in good order, the second one at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

from automl.core import Interrupted


class SignalHandler:
    """Takes the signals while it is entered.

    Python's own `KeyboardInterrupt` may strike in the middle of an import or of Ray's start, and leave a lock behind
    that nothing ever opens. So while it is held back, the first signal only makes a note, which is read where it is
    safe. At other times it strikes as usual, and makes a note as well, because some libraries swallow it.
    """

    def __init__(self) -> None:
        self._requested = False
        self._held = False
        self._act: Callable[[], None] | None = None
        self._before: dict[signal.Signals, object] = {}

    @property
    def requested(self) -> bool:
        """Whether a signal has come."""
        return self._requested

    def check(self) -> None:
        """Ends the program here if that was asked for.

        Raises:
            Interrupted: a signal has come.
        """
        if self._requested:
            raise Interrupted("interrupted before the first trial; nothing was searched")

    def act(self, act: Callable[[], None]) -> None:
        """Has `act` called, in the signal handler, when a signal comes; at once if one has come already."""
        self._act = act
        if self._requested:
            act()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within, a first signal does no more than what was asked for with `act`."""
        self.check()
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._act = None

    def __enter__(self) -> Self:
        self._before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in self._before:
            signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _handle(self, number: int, frame: FrameType | None) -> None:
        first, self._requested = not self._requested, True
        if not (first and self._held):
            signal.default_int_handler(number, frame)
        if self._act is not None:
            self._act()
