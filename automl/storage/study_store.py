"""The database of studies: Optuna's own tables, which its tools can read, with our data in their attributes."""

from collections.abc import Mapping
from typing import Any

from automl.core import RESERVED_NAMES, NewStudy, StudyRecord, sqlite_url
from automl.storage import attributes
from automl.storage.coordination import DriverList, HeldClaims
from automl.storage.create_study import create_study, remove_incomplete
from automl.storage.database import Database, RetryPolicy
from automl.storage.study import Study
from automl.storage.study_names import incomplete_studies, study_names

__all__ = ["NewStudy", "StudyStore", "sqlite_url"]


class StudyStore:
    """One database of studies. Opening it creates or upgrades the tables that this program needs.

    Args:
        url: SQLAlchemy URL of an SQLite or PostgreSQL database.
        retry_policy: how operations are retried during an outage of the database; None: the first failure is raised.

    Raises:
        WorkspaceError: the database cannot be opened or used, its tables are not of the installed version of Optuna,
            or it is newer than this program.
    """

    def __init__(self, url: str, retry_policy: RetryPolicy | None = None) -> None:
        self._database = Database(url, retry_policy)
        self._held_claims = HeldClaims()
        self._driver_list = DriverList()

    @property
    def is_shared(self) -> bool:
        """Whether several drivers may search one study at the same time; true only for PostgreSQL."""
        return self._database.is_shared

    def names(self) -> list[str]:
        """Return the names of all studies, oldest first, without those whose creation has not finished."""
        return study_names(self._database)

    def free_name(self, preferred: str) -> str:
        """Return the first of `preferred`, `preferred-2`, `preferred-3`, ... that is neither taken nor reserved."""
        taken = {study.study_name for study in self._database.storage.get_all_studies()} | RESERVED_NAMES
        names = (preferred if count == 1 else f"{preferred}-{count}" for count in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def study(self, name: str) -> Study:
        """Return a handle of the study called `name`, without reading the database: it need not exist yet."""
        return Study(self._database, name, self._held_claims, self._driver_list)

    def create(self, new: NewStudy, first: Mapping[str, Any], *next_ones: Mapping[str, Any]) -> Study:
        """Create a study with its first trials in the queue. Readers see it only when it is complete.

        Args:
            new: the settings of the study.
            first: parameters of trial 0, by name.
            *next_ones: parameters of trials 1, 2, and so on.

        Returns:
            The new study.

        Raises:
            UsageError: a study of that name exists.
        """
        create_study(self._database, new, (first, *next_ones))
        return self.study(new.name)

    def records(self) -> list[StudyRecord]:
        """Return all studies that `automl` created, oldest first; other programs' studies are left out."""
        studies = self._database.storage.get_all_studies()
        return [self.study(each.study_name).record() for each in studies if attributes.EXPERIMENT in each.user_attrs]

    def incomplete_studies(self) -> list[str]:
        """Return the names of incomplete studies: their creation is running or was interrupted."""
        return list(self._database.run(incomplete_studies).values())

    def remove_incomplete(self) -> None:
        """Remove studies whose creation was interrupted. It waits for a creation that is running."""
        remove_incomplete(self._database)

    def close(self) -> None:
        """Close all connections to the database."""
        self._database.close()
