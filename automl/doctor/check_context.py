"""The input of the checks, and the inconsistencies that they report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from automl.core import DriverRecord, StudyRecord, Workspace
from automl.storage import StudyStore


@dataclass(frozen=True)
class CheckContext:
    """A workspace with its databases, for the checks to examine.

    Attributes:
        store: the database of studies; a copy of a SQLite database if nothing may be changed.
        workspace: the workspace with the files.
        studies: the studies to examine. No live driver works on them.
        searched: names of the studies that are skipped, because a driver works on them or may do so.
        dead: drivers of any of these studies that are certainly dead and never recorded their end.
        tracking: the MLflow URI of each of `studies`, by the study's name.
    """

    store: StudyStore
    workspace: Workspace
    studies: tuple[StudyRecord, ...]
    searched: tuple[str, ...]
    dead: tuple[DriverRecord, ...]
    tracking: Mapping[str, str]


@dataclass(frozen=True)
class Inconsistency:
    """One inconsistency.

    Attributes:
        sentence: description for the user.
        repair: repairs it; None if only the user can.
    """

    sentence: str
    repair: Callable[[], None] | None = None
