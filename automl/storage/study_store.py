"""The database of studies: Optuna's own tables, which its tools can read, with our data in their attributes."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from optuna.study import StudyDirection
from optuna.trial import FrozenTrial
from sqlalchemy import Connection, select

from automl.core import (
    RESERVED_NAMES,
    Constraint,
    DriverRecord,
    NewStudy,
    Objective,
    RecommendedPoint,
    StudyRecord,
    UsageError,
    parse_constraint,
    sqlite_url,
    unknown_name,
)
from automl.storage import attributes
from automl.storage.cache import CachedStorage
from automl.storage.coordination import (
    BEAT_SECONDS,
    GRACE_SECONDS,
    Driver,
    DriverList,
    HeldClaims,
    ProcessIdentity,
    claims,
    sole_driver,
    this_process,
)
from automl.storage.create_study import create_study, remove_stumps, stumps
from automl.storage.database import OPTUNA_STUDIES, Database, RetryPolicy, sqlite_file
from automl.storage.delete_study import delete_study
from automl.storage.retry_trials import retry_trials
from automl.storage.trial_record import trial_record
from trials.protocol import TrialEnd

__all__ = ["NewStudy", "StudyStore", "sqlite_url"]


class StudyStore:
    """One database of studies. Opening it creates or upgrades the tables that this program needs.

    Args:
        url: SQLAlchemy URL of an SQLite or PostgreSQL database.
        patience: how operations are retried during an outage of the database; None: the first failure is raised.

    Raises:
        WorkspaceError: the database cannot be opened or used, its tables are not of the installed version of Optuna,
            or it is newer than this program.
    """

    def __init__(self, url: str, patience: RetryPolicy | None = None) -> None:
        self._database = Database(url, patience)
        self._fences = HeldClaims()
        self._roster = DriverList()

    @property
    def is_shared(self) -> bool:
        """Whether several drivers may search one study at the same time; true only for PostgreSQL."""
        return self._database.is_shared

    def names(self) -> list[str]:
        """Return the names of all studies, oldest first, without those whose creation has not finished."""
        whole = select(OPTUNA_STUDIES.c.study_name).order_by(OPTUNA_STUDIES.c.study_id)

        def read(connection: Connection) -> list[str]:
            return list(connection.scalars(whole.where(OPTUNA_STUDIES.c.study_id.not_in(stumps(connection)))))

        return self._database.run(read)

    def free_name(self, wanted: str) -> str:
        """Return the first name of `wanted`, `wanted-2`, `wanted-3`, ... that is neither taken nor reserved."""
        taken = {study.study_name for study in self._database.storage.get_all_studies()} | RESERVED_NAMES
        names = (wanted if count == 1 else f"{wanted}-{count}" for count in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def create(self, new: NewStudy, first: Mapping[str, Any], *next_ones: Mapping[str, Any]) -> None:
        """Create a study with its first trials in the queue. Readers see it only when it is complete.

        Args:
            new: the settings of the study.
            first: parameters of trial 0, by name.
            *next_ones: parameters of trials 1, 2, and so on.

        Raises:
            UsageError: a study of that name exists.
        """
        create_study(self._database, new, (first, *next_ones))

    def mirror(self, name: str) -> CachedStorage:
        """Return an Optuna storage for the study `name` only, with its trials cached in memory."""
        return CachedStorage(self._database, self._id(name))

    def sole_driver(self, name: str) -> AbstractContextManager[None]:
        """Return a context in which no other process can search the study. It locks only on SQLite.

        The lock belongs to the database file, so it also works across workspaces.

        Args:
            name: name of the study.

        Raises:
            UsageError: on entering the context: another process searches this study.
        """
        file = sqlite_file(self._database.engine.url)
        if file is None:
            return nullcontext()
        return sole_driver(name, file.with_name(f"{file.name}.{sha256(name.encode()).hexdigest()[:16]}"))

    def join(
        self,
        name: str,
        workspace: Path,
        *,
        driver_id: str | None = None,
        beat_seconds: float = BEAT_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        process: ProcessIdentity | None = None,
    ) -> Driver:
        """Register a new driver of the study. It sends heartbeats while its context is open.

        Args:
            name: name of the study.
            workspace: the folder in which the driver keeps its files.
            driver_id: 32 hexadecimal digits that identify the driver; None: a random UUID.
            beat_seconds: seconds between two heartbeats; all drivers of a study should use the same value.
            grace_seconds: seconds without a heartbeat after which another driver counts as dead.
            process: the process of the driver; None: the calling process.

        Returns:
            The driver, not yet entered.

        Raises:
            UsageError: there is no such study.
        """
        self._identify(name)
        return Driver(
            self._database,
            self._fences,
            self._id(name),
            workspace,
            driver_id=driver_id or uuid4().hex,
            process=process or this_process(),
            beat_seconds=beat_seconds,
            grace_seconds=grace_seconds,
        )

    def drivers(self, name: str) -> list[DriverRecord]:
        """Return the drivers of the study `name` that are not marked as ended, in the order in which they joined."""
        study_id = self._id(name)
        return self._database.run(lambda connection: self._roster.read(connection, study_id))

    def request_stop(self, name: str) -> int:
        """Ask all drivers of the study to end their searches. They see the request at their next heartbeat.

        Args:
            name: name of the study.

        Returns:
            The number of drivers that were asked: all that are not known to be dead.
        """
        study_id = self._id(name)
        return self._database.run(lambda connection: self._roster.request_stop(connection, study_id))

    def requeue(self, name: str, number: int) -> None:
        """Return a running trial to the state WAITING. It keeps its reports, and has no owner then.

        If this process holds the trial (`Driver.owning`), this happens when the hold ends.

        Args:
            name: name of the study.
            number: number of the trial.
        """
        trial_id = self._database.storage.get_trial_id_from_study_id_trial_number(self._id(name), number)
        if not self._fences.defer_requeue(trial_id):
            self._database.run(lambda connection: claims.release(connection, trial_id))

    def retry(self, name: str, ends: Collection[TrialEnd]) -> list[int]:
        """Enqueue a copy of each trial that ended in one of the given ways. A trial is copied at most once.

        Args:
            name: name of the study.
            ends: the kinds of end whose trials are retried.

        Returns:
            The numbers of the new trials.
        """
        return retry_trials(self._database, self._id(name), ends)

    def note_end(self, name: str, number: int, end: TrialEnd, cause: str) -> None:
        """Record why a trial ended or was preempted, where its driver or another program did not.

        Args:
            name: name of the study.
            number: number of the trial, which may be in any state.
            end: the kind of end.
            cause: explanation for the user.
        """
        trial_id = self._database.storage.get_trial_id_from_study_id_trial_number(self._id(name), number)
        self._database.run(lambda connection: claims.note_end(connection, trial_id, end, cause))

    def stumps(self) -> list[str]:
        """Return the names of incomplete studies: their creation is running or was interrupted."""
        return list(self._database.run(stumps).values())

    def remove_stumps(self) -> None:
        """Remove studies whose creation was interrupted. It waits for a creation that is running."""
        remove_stumps(self._database)

    def delete(self, name: str) -> None:
        """Delete the study and its trials from the database.

        Args:
            name: name of the study.

        Raises:
            UsageError: there is no such study.
            WorkspaceError: a driver still writes to the study.
        """
        delete_study(self._database, self._id(name))

    def settings(self, name: str) -> NewStudy:
        """Return the settings with which the study was created.

        Args:
            name: name of the study.

        Raises:
            UsageError: there is no such study, or another program created it.
        """
        study_id = self._id(name)
        attrs = self._database.storage.get_study_user_attrs(study_id)
        if attributes.EXPERIMENT not in attrs:
            raise UsageError(
                f"the study {name!r} must have been made by `automl search`; it holds no experiment to go on with"
            )
        first, *further = self._objectives(study_id, attrs)
        return NewStudy(
            name=name,
            metric=first.name,
            maximize=first.maximize,
            experiment=attrs[attributes.EXPERIMENT],
            data_fingerprint=attrs[attributes.FINGERPRINT],
            budget_examples=attrs[attributes.BUDGET],
            pretrained_budget_examples=attrs.get(attributes.PRETRAINED_BUDGET),
            max_length=attrs[attributes.MAX_LENGTH],
            traits=attributes.read_traits(attrs),
            further=tuple(further),
            constraints=_constraints(attrs),
            recommended=tuple(RecommendedPoint(**each) for each in attrs.get(attributes.RECOMMENDED, ())),
        )

    def record(self, name: str) -> StudyRecord:
        """Return the study `name` with all its trials, as plain data."""
        study_id = self._id(name)
        attrs = self._database.storage.get_study_user_attrs(study_id)
        trials = self._database.storage.get_all_trials(study_id, deepcopy=False)
        first, *further = self._objectives(study_id, attrs)
        return StudyRecord(
            name=name,
            metric=first.name,
            maximize=first.maximize,
            created=min((trial.datetime_start for trial in trials if trial.datetime_start), default=None),
            data_fingerprint=attrs.get(attributes.FINGERPRINT, ""),
            trials=tuple(trial_record(trial, first.name) for trial in trials),
            uuid=attrs.get(attributes.UUID, ""),
            traits=attributes.read_traits(attrs),
            further=tuple(further),
            constraints=_constraints(attrs),
        )

    def trials(self, name: str) -> list[FrozenTrial]:
        """Return the trials of the study `name` as Optuna's objects, which include each parameter's distribution."""
        return self._database.storage.get_all_trials(self._id(name), deepcopy=False)

    def records(self) -> list[StudyRecord]:
        """Return all studies that `automl` created, oldest first; other programs' studies are left out."""
        studies = self._database.storage.get_all_studies()
        return [self.record(study.study_name) for study in studies if attributes.EXPERIMENT in study.user_attrs]

    def close(self) -> None:
        """Close all connections to the database."""
        self._database.close()

    def _id(self, name: str) -> int:
        try:
            return self._database.storage.get_study_id_from_name(name)
        except KeyError:
            self._demand(name)
            raise

    def _objectives(self, study_id: int, attrs: Mapping[str, Any]) -> list[Objective]:
        """Return the study's objectives. Older studies, and those of other programs, name at most one metric."""
        directions = self._database.storage.get_study_directions(study_id)
        names = attrs.get(attributes.OBJECTIVES, [attrs.get(attributes.METRIC, "value")])
        return [
            Objective(name, direction == StudyDirection.MAXIMIZE)
            for name, direction in zip(names, directions, strict=False)
        ]

    def _identify(self, name: str) -> None:
        """Give the study a UUID if it has none: version 0.1.0 writes none, even after the database was upgraded."""
        storage, study_id = self._database.storage, self._id(name)
        if attributes.UUID not in storage.get_study_user_attrs(study_id):
            storage.set_study_user_attr(study_id, attributes.UUID, uuid4().hex)

    def _demand(self, name: str) -> None:
        names = self.names()
        if not names:
            raise UsageError(f"there is no study {name!r}, nor any other, in this database; start one: automl search")
        if name not in names:
            raise UsageError(unknown_name("study", name, names))


def _constraints(attrs: Mapping[str, Any]) -> tuple[Constraint, ...]:
    return tuple(parse_constraint(written) for written in attrs.get(attributes.CONSTRAINTS, ()))
