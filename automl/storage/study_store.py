"""The database of studies: Optuna's own tables, which its tools read, with our facts in their attributes."""

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
    """One database of studies. What it is asked while the database is away is done, with `patience`, when it is back.

    Raises:
        WorkspaceError: the database cannot be opened or used, is not one of ours, or is newer than this program.
    """

    def __init__(self, url: str, patience: RetryPolicy | None = None) -> None:
        self._database = Database(url, patience)
        self._fences = HeldClaims()
        self._roster = DriverList()

    @property
    def is_shared(self) -> bool:
        """Whether several drivers may search one study: in PostgreSQL."""
        return self._database.is_shared

    def names(self) -> list[str]:
        """The names of all studies, oldest first; one whose creation was cut short is none."""
        whole = select(OPTUNA_STUDIES.c.study_name).order_by(OPTUNA_STUDIES.c.study_id)

        def read(connection: Connection) -> list[str]:
            return list(connection.scalars(whole.where(OPTUNA_STUDIES.c.study_id.not_in(stumps(connection)))))

        return self._database.run(read)

    def free_name(self, wanted: str) -> str:
        """`wanted`, or `wanted-2`, `wanted-3`, ... where that exists."""
        taken = {study.study_name for study in self._database.storage.get_all_studies()} | RESERVED_NAMES
        names = (wanted if count == 1 else f"{wanted}-{count}" for count in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def create(self, new: NewStudy, first: Mapping[str, Any], *next_ones: Mapping[str, Any]) -> None:
        """Creates a study whose trial 0 is `first`, and whose next ones follow; nobody sees it before it is whole.

        Raises:
            UsageError: there is a study of that name.
        """
        create_study(self._database, new, (first, *next_ones))

    def mirror(self, name: str) -> CachedStorage:
        """The study's trials, for Optuna to search with."""
        return CachedStorage(self._database, self._id(name))

    def sole_driver(self, name: str) -> AbstractContextManager[None]:
        """Holds the study for this process where only one may drive it: on SQLite, and for whatever workspace.

        Raises:
            UsageError: another process searches this study.
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
        """A new driver of the study, which beats within its context.

        Args:
            name: the study.
            workspace: the folder in which the driver keeps its files.
            driver_id: 32 hexadecimal digits that no other driver has.
            beat_seconds: how often it says that it lives; all drivers of a study should agree.
            grace_seconds: for how long it lets others be silent before it takes over their trials.
            process: which process it is; this one if it is not said.
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
        """Who drives the study: all that have not ended in good order."""
        study_id = self._id(name)
        return self._database.run(lambda connection: self._roster.read(connection, study_id))

    def request_stop(self, name: str) -> int:
        """Asks all drivers of the study to end their searches, and says how many there are. They hear it soon."""
        study_id = self._id(name)
        return self._database.run(lambda connection: self._roster.request_stop(connection, study_id))

    def requeue(self, name: str, number: int) -> None:
        """Puts a running trial back among those that wait, with what it has; nobody owns it then.

        Of a trial that this process holds (`Driver.owning`), it is done when it is let go.
        """
        trial_id = self._database.storage.get_trial_id_from_study_id_trial_number(self._id(name), number)
        if not self._fences.defer_requeue(trial_id):
            self._database.run(lambda connection: claims.release(connection, trial_id))

    def retry(self, name: str, ends: Collection[TrialEnd]) -> list[int]:
        """Enqueues a copy of each trial that ended so, once; the numbers of the copies."""
        return retry_trials(self._database, self._id(name), ends)

    def note_end(self, name: str, number: int, end: TrialEnd, cause: str) -> None:
        """Writes down why a trial has ended, or that it waits, where the driver or another program did not."""
        trial_id = self._database.storage.get_trial_id_from_study_id_trial_number(self._id(name), number)
        self._database.run(lambda connection: claims.note_end(connection, trial_id, end, cause))

    def stumps(self) -> list[str]:
        """The names of studies whose creation is not finished: it runs at this moment, or was cut short."""
        return list(self._database.run(stumps).values())

    def remove_stumps(self) -> None:
        """Removes studies whose creation was cut short, as `create` does, too. One that runs is waited for."""
        remove_stumps(self._database)

    def delete(self, name: str) -> None:
        """Takes the study out of the database."""
        delete_study(self._database, self._id(name))

    def settings(self, name: str) -> NewStudy:
        """What the study was created with."""
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
        """The study with all its trials, as plain data."""
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
        """The study's trials as Optuna has them, who knows what each parameter could be."""
        return self._database.storage.get_all_trials(self._id(name), deepcopy=False)

    def records(self) -> list[StudyRecord]:
        """All studies that `automl` made, oldest first; others may share the database."""
        studies = self._database.storage.get_all_studies()
        return [self.record(study.study_name) for study in studies if attributes.EXPERIMENT in study.user_attrs]

    def close(self) -> None:
        """Gives the connections back."""
        self._database.close()

    def _id(self, name: str) -> int:
        try:
            return self._database.storage.get_study_id_from_name(name)
        except KeyError:
            self._demand(name)
            raise

    def _objectives(self, study_id: int, attrs: Mapping[str, Any]) -> list[Objective]:
        """The study's objectives; studies from before there could be several, and those of others, name one at most."""
        directions = self._database.storage.get_study_directions(study_id)
        names = attrs.get(attributes.OBJECTIVES, [attrs.get(attributes.METRIC, "value")])
        return [
            Objective(name, direction == StudyDirection.MAXIMIZE)
            for name, direction in zip(names, directions, strict=False)
        ]

    def _identify(self, name: str) -> None:
        """Gives the study its uuid if version 0.1.0, which knew none, made it after the upgrade."""
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
