"""What the checks look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from automl.storage.records import DriverRecord, StudyRecord
from automl.storage.studies import StudyStore
from automl.workspace import Workspace


@dataclass(frozen=True)
class Patient:
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
