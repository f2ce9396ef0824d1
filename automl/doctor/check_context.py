"""What the checks look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automl.core import DriverRecord, StudyRecord, Workspace
from automl.storage import StudyStore


@dataclass(frozen=True)
class CheckContext:
    """A workspace with its databases, which are copies where nothing may be changed.

    `studies` are those that are looked at and that nobody searches: what a live driver owns is left to it. `searched`
    names the others. `dead` are the drivers of any of them that surely are dead and have not said that they ended.
    `tracking` says where MLflow has each of `studies`, by name.
    """

    store: StudyStore
    workspace: Workspace
    studies: tuple[StudyRecord, ...]
    searched: tuple[str, ...]
    dead: tuple[DriverRecord, ...]
    tracking: Mapping[str, str]


@dataclass(frozen=True)
class Inconsistency:
    """One disagreement, as a sentence, and what mends it; None where only the user can."""

    sentence: str
    mend: Callable[[], None] | None = None
