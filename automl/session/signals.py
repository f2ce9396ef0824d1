"""Handles Ctrl-C and SIGTERM during a search: the first one starts an orderly shutdown, the second ends at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

from automl.core import Interrupted


class SignalHandler:
    """Handles SIGINT and SIGTERM within its context.

    A `KeyboardInterrupt` in the middle of an import or of Ray's start could leave a lock that is never released. So
    within `held`, the first signal only sets a flag, which is checked where it is safe. Outside of `held`, a signal
    raises `KeyboardInterrupt` as usual, and also sets the flag, because some libraries suppress the exception.
    """

    def __init__(self) -> None:
        self._requested = False
        self._held = False
        self._act: Callable[[], None] | None = None
        self._before: dict[signal.Signals, object] = {}

    @property
    def requested(self) -> bool:
        """Whether a signal has arrived."""
        return self._requested

    def check(self) -> None:
        """Raise an error if a signal has arrived.

        Raises:
            Interrupted: a signal has arrived.
        """
        if self._requested:
            raise Interrupted("interrupted before the first trial; no trial was run")

    def act(self, act: Callable[[], None]) -> None:
        """Register `act`, which the signal handler calls; it is called at once if a signal has already arrived."""
        self._act = act
        if self._requested:
            act()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the first signal within this context only set the flag and call the function registered with `act`."""
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
