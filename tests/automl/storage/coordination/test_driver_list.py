import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from optuna.trial import TrialState

from automl.storage.coordination.claims import claim, end_driver
from automl.storage.coordination.driver_list import DriverList, register
from automl.storage.coordination.process_identity import ProcessIdentity, this_process
from automl.storage.database.database import Database
from automl.storage.database.tables import DRIVERS
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import elsewhere, made, opened

ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32


def gone() -> ProcessIdentity:
    """A process that had our number before us."""
    return replace(this_process(), started="1")


@pytest.fixture
def database(storage_url: str) -> Iterator[Database]:
    made(storage_url).close()
    database = Database(storage_url)
    yield database
    database.close()


@pytest.fixture
def join(database):
    def join(driver: str, process: ProcessIdentity | None = None, study: int = 1) -> int:
        return database.run(lambda it: register(it, study, driver, process or this_process(), Path("runs")))

    return join


def read(database, study=1):
    return database.run(lambda connection: DriverList().read(connection, study))


def test_drivers_are_numbered_by_study_and_a_repeated_registration_changes_nothing(database, join):
    assert [join(ONE), join(TWO), join(THREE, study=2)] == [0, 1, 0]
    database.run(lambda connection: end_driver(connection, ONE))
    assert join(ONE) == 0, "the answer to the first was lost"
    assert join("4" * 32) == 2, "a number is not given twice, though a driver has ended"
    assert [driver.id for driver in read(database)] == [TWO, "4" * 32]


def test_whoever_joins_ends_the_dead_of_this_machine_in_its_study_only(database, join):
    join(ONE, elsewhere())
    join(TWO, gone())
    join(THREE, gone(), study=2)
    assert [(driver.id, driver.alive) for driver in read(database)] == [(ONE, None), (TWO, False)]
    join("4" * 32)
    assert [(driver.id, driver.alive) for driver in read(database)] == [(ONE, None), ("4" * 32, True)]
    assert [driver.id for driver in read(database, study=2)] == [THREE]


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local time is nine hours ahead."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_a_driver_is_described_in_the_terms_of_the_reader(database, join):
    join(ONE)
    (driver,) = read(database)
    assert (driver.host, driver.pid) == (this_process().host, this_process().pid)
    assert driver.workspace == Path("runs").resolve()
    assert abs(driver.started - datetime.now()) < timedelta(minutes=1), "local time"


def test_only_trials_that_run_are_a_drivers(database, join, storage_url):
    store = StudyStore(storage_url)
    study = opened(store)
    trials = [study.ask() for _ in range(3)]
    join(ONE)
    for trial in reversed(trials):
        database.run(lambda connection, trial=trial: claim(connection, trial._trial_id, ONE))
    study.tell(trials[1], state=TrialState.FAIL)
    assert read(database)[0].trials == (0, 2)
    store.close()


def test_a_driver_elsewhere_lives_as_soon_as_its_beat_was_seen_to_change(database, join):
    join(ONE, elsewhere())
    drivers = DriverList()

    def alive() -> bool | None:
        (driver,) = database.run(lambda connection: drivers.read(connection, 1))
        return driver.alive

    assert [alive(), alive()] == [None, None]
    database.run(lambda connection: connection.execute(DRIVERS.update().values(beat=DRIVERS.c.beat + 1)))
    assert alive() is True


def test_a_stop_is_asked_of_all_but_the_dead(database, join):
    for driver, process in ((ONE, None), (TWO, elsewhere()), (THREE, gone())):
        join(driver, process)
    join("5" * 32, study=2)
    assert database.run(lambda connection: DriverList().request_stop(connection, 1)) == 2
    assert {driver.id: driver.stop_requested for driver in read(database)} == {ONE: True, TWO: True, THREE: False}
    assert [driver.stop_requested for driver in read(database, study=2)] == [False]
