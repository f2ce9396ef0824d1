"""What the adapters between Ray Tune and the trial manager share; they keep no state that a crash could lose."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class TrialFailure:
    """The first exception of the adapters, which Tune would turn into text. It ends the search, and is raised then."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keep the first exception of such blocks, and suppress all."""
        try:
            yield
        except Exception as error:  # raised again, unwrapped, by `run_search`
            self.error = self.error or error


class Stateless:
    """Tune pickles its components to restore them. The adapters are rebuilt from SQL, so they pickle nothing."""

    def __getstate__(self) -> dict[str, Any]:
        return {}
