"""How the tests wait for what another thread, process or server does."""

import time
from collections.abc import Callable


def comes_true(condition: Callable[[], object], seconds: float, every: float = 0.02) -> bool:
    """Asks again and again, for so many seconds at most; says whether the answer was yes in the end."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def wait_until(
    condition: Callable[[], object],
    seconds: float = 20.0,
    every: float = 0.02,
    why: Callable[[], object] = lambda: "it is still not so",
) -> None:
    """Waits for what has to come true, or fails with what `why` says then."""
    assert comes_true(condition, seconds, every), f"after {seconds:g} s: {why()}"
