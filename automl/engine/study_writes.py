"""What a trial manager writes together: the study, then files, then events."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from automl.core import Event
from automl.storage.cache import CachedStorage


class StudyWrites:
    """Changes of a study in one transaction, and what follows once it is in the database.

    A crash in between leaves a study that is right; what had to follow is made up for later.

    Args:
        mirror: the cached storage of the study.
        tell: receives each event.
    """

    def __init__(self, mirror: CachedStorage, tell: Callable[[Event], None]) -> None:
        self._mirror = mirror
        self._tell = tell
        self._following: list[Callable[[], None]] = []

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write what the block changes in one transaction, and then do what `follow` was given within it, in order.

        Nothing of it is done if the block or the transaction fails.

        Raises:
            WorkspaceError: the database is lost.
        """
        try:
            with self._mirror.together():
                yield
            for follow in self._following:
                follow()
        finally:
            self._following.clear()

    def follow(self, effect: Callable[[], None]) -> None:
        """Do `effect` once the transaction is in the database."""
        self._following.append(effect)

    def announce(self, event: Event) -> None:
        """Tell `event` once the transaction is in the database."""
        self.follow(lambda: self._tell(event))
