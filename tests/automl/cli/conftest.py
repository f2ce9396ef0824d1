"""What the tests of commands share."""

import signal
from collections.abc import Callable, Iterator

import pytest

from automl.cli import app


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """A command changes what signals do to its process, which here is that of the tests."""
    numbers = (signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs a command line within this process, and gives its exit code."""

    def run(*words: object) -> int:
        monkeypatch.setattr("sys.argv", ["automl", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            app.run()
        return int(ended.value.code or 0)

    return run
