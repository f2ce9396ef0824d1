"""What a board is: it is given the events of a search, one after another, on a thread of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from automl.core import Event, StudyIdentity


@dataclass(frozen=True)
class BoardPlace:
    """Which study a board shows, and where its files lie.

    Attributes:
        study: name and uuid of the study.
        folder: folder of the files, which a board makes.
    """

    study: StudyIdentity
    folder: Path


class Board(Protocol):
    """Shows a search. Its methods may take their time and may raise: that costs the search nothing."""

    def write(self, event: Event) -> None:
        """Record one `event`."""
        ...

    def close(self) -> None:
        """Record what is left, and release files and connections."""
        ...
