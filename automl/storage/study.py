"""One study of the database: its settings, its trials, its drivers, and what changes them."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from optuna.study import StudyDirection
from optuna.trial import FrozenTrial

from automl.core import (
    USUAL_PACE,
    DriverRecord,
    Goals,
    NewStudy,
    Objective,
    Pace,
    RecommendedPoint,
    StudyRecord,
    UsageError,
    parse_constraint,
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
from automl.storage.database import Database, sqlite_file
from automl.storage.delete_study import delete_study
from automl.storage.retry_trials import retry_trials
from automl.storage.study_names import study_id
from automl.storage.trial_record import trial_record
from trials.protocol import TrialEnd


class Study:
    """A handle of one study, bound to its name. `StudyStore.study` makes it.

    The study need not exist yet, and may be deleted meanwhile: each operation looks the name up, and all but
    `sole_driver` raise `UsageError` before they change anything if there is no such study.

    Args:
        database: the database of studies.
        name: name of the study.
        held_claims: the claims that this process holds, shared by all handles of the store.
        driver_list: the reader of drivers, shared by all handles of the store.
    """

    def __init__(self, database: Database, name: str, held_claims: HeldClaims, driver_list: DriverList) -> None:
        self.name = name
        self._database = database
        self._held_claims = held_claims
        self._driver_list = driver_list

    def settings(self) -> NewStudy:
        """Return the settings with which the study was created.

        Raises:
            UsageError: there is no such study, or another program created it.
        """
        study_id = self._id
        attrs = self._database.storage.get_study_user_attrs(study_id)
        if attributes.EXPERIMENT not in attrs:
            raise UsageError(
                f"the study {self.name!r} must have been made by `automl search`; it holds no experiment to go on with"
            )
        return NewStudy(
            name=self.name,
            goals=self._goals(study_id, attrs),
            experiment=attrs[attributes.EXPERIMENT],
            data_fingerprint=attrs[attributes.FINGERPRINT],
            budget_examples=attrs[attributes.BUDGET],
            pretrained_budget_examples=attrs.get(attributes.PRETRAINED_BUDGET),
            pace=Pace(**attrs[attributes.PACE]) if attributes.PACE in attrs else USUAL_PACE,
            max_length=attrs[attributes.MAX_LENGTH],
            traits=attributes.read_traits(attrs),
            recommended=tuple(RecommendedPoint(**each) for each in attrs.get(attributes.RECOMMENDED, ())),
        )

    def record(self) -> StudyRecord:
        """Return the study with all its trials, as plain data."""
        study_id = self._id
        attrs = self._database.storage.get_study_user_attrs(study_id)
        trials = self._database.storage.get_all_trials(study_id, deepcopy=False)
        goals = self._goals(study_id, attrs)
        return StudyRecord(
            name=self.name,
            goals=goals,
            created=min((trial.datetime_start for trial in trials if trial.datetime_start), default=None),
            data_fingerprint=attrs.get(attributes.FINGERPRINT, ""),
            trials=tuple(trial_record(trial, goals.first.name) for trial in trials),
            uuid=attrs.get(attributes.UUID, ""),
            traits=attributes.read_traits(attrs),
            energy_kwh=attrs.get(attributes.ENERGY),
        )

    def uncalibrated(self) -> list[int]:
        """Return the numbers of the trials whose log loss, ECE and Brier score earlier versions did not calibrate."""
        return [trial.number for trial in self.trials() if attributes.is_uncalibrated(trial.user_attrs)]

    def trials(self) -> list[FrozenTrial]:
        """Return the trials as Optuna's objects, which include each parameter's distribution."""
        return self._database.storage.get_all_trials(self._id, deepcopy=False)

    def mirror(self) -> CachedStorage:
        """Return an Optuna storage for this study only, with its trials cached in memory."""
        return CachedStorage(self._database, self._id)

    def sole_driver(self) -> AbstractContextManager[None]:
        """Return a context in which no other process can search the study, which need not exist yet.

        It locks only on SQLite. The lock belongs to the database file, so it also works across workspaces.

        Raises:
            UsageError: on entering the context: another process searches this study.
        """
        file = sqlite_file(self._database.engine.url)
        if file is None:
            return nullcontext()
        return sole_driver(self.name, file.with_name(f"{file.name}.{sha256(self.name.encode()).hexdigest()[:16]}"))

    def join(
        self,
        workspace: Path,
        *,
        driver_id: str | None = None,
        beat_seconds: float = BEAT_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
        process: ProcessIdentity | None = None,
    ) -> Driver:
        """Register a new driver of the study. It sends heartbeats while its context is open.

        Args:
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
        self._give_uuid()
        return Driver(
            self._database,
            self._held_claims,
            self._id,
            workspace,
            driver_id=driver_id or uuid4().hex,
            process=process or this_process(),
            beat_seconds=beat_seconds,
            grace_seconds=grace_seconds,
        )

    def drivers(self) -> list[DriverRecord]:
        """Return the drivers that are not marked as ended, in the order in which they joined."""
        study_id = self._id
        return self._database.run(lambda connection: self._driver_list.read(connection, study_id))

    def request_stop(self) -> int:
        """Ask all drivers to end their searches. They see the request at their next heartbeat.

        Returns:
            The number of drivers that were asked: all that are not known to be dead.
        """
        study_id = self._id
        return self._database.run(lambda connection: self._driver_list.request_stop(connection, study_id))

    def requeue(self, number: int) -> None:
        """Return a running trial to the state WAITING. It keeps its reports, and has no owner then.

        If this process holds the trial (`Driver.owning`), this happens when the hold ends.

        Args:
            number: number of the trial.
        """
        trial_id = self._trial_id(number)
        if not self._held_claims.defer_requeue(trial_id):
            self._database.run(lambda connection: claims.release(connection, trial_id))

    def retry(self, ends: Collection[TrialEnd]) -> list[int]:
        """Enqueue a copy of each trial that ended in one of the given ways. A trial is copied at most once.

        Args:
            ends: the kinds of end whose trials are retried.

        Returns:
            The numbers of the new trials.
        """
        return retry_trials(self._database, self._id, ends)

    def note_end(self, number: int, end: TrialEnd, cause: str) -> None:
        """Record why a trial ended or was preempted, where its driver or another program did not.

        Args:
            number: number of the trial, which may be in any state.
            end: the kind of end.
            cause: explanation for the user.
        """
        trial_id = self._trial_id(number)
        self._database.run(lambda connection: claims.note_end(connection, trial_id, end, cause))

    def note_test_look(self) -> int:
        """Record that the test rows are looked at, and return how often that has happened by now.

        Drivers that look at the same time may count as one. Studies of earlier versions begin to count now.
        """
        storage, study_id = self._database.storage, self._id
        looks = int(storage.get_study_user_attrs(study_id).get(attributes.TEST_LOOKS, 0)) + 1
        storage.set_study_user_attr(study_id, attributes.TEST_LOOKS, looks)
        return looks

    def add_energy(self, kwh: float, driver: Driver) -> None:
        """Record the energy that one search of the study took, beside that of others.

        Args:
            kwh: the energy in kWh.
            driver: the driver of the search, which holds the study's lock meanwhile.
        """
        storage, study_id = self._database.storage, self._id

        def add() -> None:
            before = float(storage.get_study_user_attrs(study_id).get(attributes.ENERGY) or 0.0)
            storage.set_study_user_attr(study_id, attributes.ENERGY, before + kwh)

        driver.run_locked(add)

    def delete(self) -> None:
        """Delete the study and its trials from the database.

        Raises:
            UsageError: there is no such study.
            WorkspaceError: a driver still writes to the study.
        """
        delete_study(self._database, self._id)

    @property
    def _id(self) -> int:
        """Optuna's id of the study, looked up each time, because another study may have the name now."""
        return study_id(self._database, self.name)

    def _trial_id(self, number: int) -> int:
        return self._database.storage.get_trial_id_from_study_id_trial_number(self._id, number)

    def _goals(self, study_id: int, attrs: Mapping[str, Any]) -> Goals:
        """Return the study's goals. Older studies, and those of other programs, name at most one metric."""
        directions = self._database.storage.get_study_directions(study_id)
        names = attrs.get(attributes.OBJECTIVES, [attrs.get(attributes.METRIC, "value")])
        objectives = (
            Objective(name, direction == StudyDirection.MAXIMIZE)
            for name, direction in zip(names, directions, strict=False)
        )
        return Goals(tuple(objectives), tuple(map(parse_constraint, attrs.get(attributes.CONSTRAINTS, ()))))

    def _give_uuid(self) -> None:
        """Give the study a UUID if it has none: version 0.1.0 writes none, even after the database was upgraded."""
        storage, study_id = self._database.storage, self._id
        if attributes.UUID not in storage.get_study_user_attrs(study_id):
            storage.set_study_user_attr(study_id, attributes.UUID, uuid4().hex)
