"""Time that passes only when a test says so."""

from collections.abc import Callable


class Clock:
    """Stands in for `time.monotonic`, and its `sleep` for `time.sleep`, which takes no time and runs `then`."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.now = 1000.0
        self._then = then

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._then()
