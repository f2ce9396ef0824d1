"""PostgreSQL goes away in the middle of work, and comes back: the work goes on, and nothing is lost or doubled."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from automl.core.errors import WorkspaceError
from automl.storage.database.retry import RetryPolicy
from automl.storage.study_store import StudyStore
from tests.automl.storage.studies import NEW, begin, elsewhere, made, opened, states
from tests.waiting import wait_until

TRIALS = 30


@pytest.fixture
def said():
    return []


@pytest.fixture
def patient(postgres_url, said):
    made(postgres_url).close()
    store = StudyStore(postgres_url, RetryPolicy(said.append, lambda: False))
    yield store
    store.close()


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[threading.Thread]:
    """Runs `work` in another thread, and makes sure that it ended well."""
    failures = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    thread.join()
    assert failures == []


def drive(store, driver, done):
    """Runs trials one after the other, each with two reports, and counts what the sampler was told."""
    study = opened(store)
    while study._storage.begun() < TRIALS:
        number = begin(study, driver)
        with driver.owning(number) as ours:
            assert ours
            study.tell(number, number / TRIALS)
        done.append(number)


@pytest.mark.parametrize("fault", ["terminate", "restart"])
def test_a_search_goes_on_after_the_server_was_away(postgres, postgres_database, patient, said, tmp_path, fault):
    done = []
    with patient.study(NEW.name).join(tmp_path, beat_seconds=0.1) as driver:
        with meanwhile(lambda: drive(patient, driver, done)) as search:
            for count in (5, 15):
                wait_until(lambda count=count: len(done) >= count or not search.is_alive(), 60)
                if fault == "terminate":
                    postgres.terminate_connections(postgres_database)
                else:
                    postgres.stop()
                    time.sleep(0.2)
                    postgres.start()
        assert driver.take_over() == []
    assert done == list(range(TRIALS))
    trials = patient.study(NEW.name).record().trials
    assert [(trial.number, trial.state, trial.value) for trial in trials] == [
        (number, "COMPLETE", number / TRIALS) for number in range(TRIALS)
    ]
    if fault == "restart":
        assert said
        assert said[0].startswith("The database of studies does not answer (")
        assert said[-1] == "The database of studies answers again."


def test_two_drivers_pass_no_limit_though_the_server_restarts(postgres, postgres_url, tmp_path):
    made(postgres_url).close()
    done = []

    def search() -> None:
        store = StudyStore(postgres_url, RetryPolicy(lambda _: None, lambda: False))
        with store.study(NEW.name).join(tmp_path, beat_seconds=0.1) as driver:
            study = opened(store)

            def ask() -> int | None:
                if study._storage.begun() >= TRIALS:
                    return None
                trial = study.ask()
                driver.claim(trial.number)
                return trial.number

            while (number := driver.run_locked(ask)) is not None:
                with driver.owning(number) as ours:
                    assert ours
                    study.tell(number, 0.5)
                done.append(number)
        store.close()

    with meanwhile(search), meanwhile(search):
        wait_until(lambda: len(done) > TRIALS // 3, 60)
        postgres.stop()
        postgres.start()
    assert sorted(done) == list(range(TRIALS))
    store = StudyStore(postgres_url)
    assert set(states(store).values()) == {"COMPLETE"}
    assert len(states(store)) == TRIALS
    store.close()


def test_an_outage_makes_no_driver_look_dead(postgres, postgres_url, tmp_path):
    made(postgres_url).close()
    store, other = (StudyStore(postgres_url, RetryPolicy(lambda _: None, lambda: False)) for _ in range(2))
    times = {"beat_seconds": 0.1, "grace_seconds": 1.0}
    with (
        store.study(NEW.name).join(tmp_path, process=elsewhere(), **times) as owner,
        other.study(NEW.name).join(tmp_path, **times) as watcher,
    ):
        number = begin(opened(store), owner)
        wait_until(lambda: not watcher.waits_for_others())
        postgres.stop()
        time.sleep(1.5)
        postgres.start()
        for _ in range(10):
            assert watcher.take_over() == []
            time.sleep(0.05)
        wait_until(lambda: not watcher.waits_for_others())
        with owner.owning(number) as ours:
            assert ours
    store.close()
    other.close()


def test_a_requeue_that_the_server_forgot_is_done_again(postgres, postgres_database, patient, tmp_path):
    with patient.study(NEW.name).join(tmp_path) as driver:
        number = begin(opened(patient), driver)
        with driver.owning(number) as ours:
            assert ours
            patient.study(NEW.name).requeue(number)
            postgres.terminate_connections(postgres_database)
        assert states(patient) == {number: "WAITING"}
        assert begin(opened(patient), driver) == number


def test_a_turn_that_the_server_ended_is_taken_again(postgres, postgres_database, patient, tmp_path):
    tries = []
    with patient.study(NEW.name).join(tmp_path) as driver:
        study = opened(patient)

        def ask() -> int:
            trial = study.ask()
            tries.append(trial.number)
            if len(tries) == 1:
                postgres.terminate_connections(postgres_database)
            driver.claim(trial.number)
            return trial.number

        assert driver.run_locked(ask) == 0
    assert tries[-1] == 0
    assert list(states(patient)) == [0]


def test_a_search_that_nobody_wants_any_more_does_not_wait(postgres, postgres_url):
    made(postgres_url).close()
    wanted = threading.Event()
    wanted.set()
    store = StudyStore(postgres_url, RetryPolicy(lambda _: wanted.clear(), lambda: not wanted.is_set()))
    postgres.stop()
    try:
        begun = time.monotonic()
        with pytest.raises(WorkspaceError):
            store.study(NEW.name).record()
        assert time.monotonic() - begun < 5
    finally:
        postgres.start()
    assert store.study(NEW.name).record().name == NEW.name
    store.close()


class Interrupting(Mapping[str, float]):
    """A first point in the midst of whose reading the server ends all connections, once."""

    def __init__(self, fault: Callable[[], None]) -> None:
        self._faults = [fault]

    def __getitem__(self, name: str) -> float:
        return 1.0

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        while self._faults:
            self._faults.pop()()
        return iter(["x"])


def test_a_creation_that_an_outage_interrupts_is_done_once(postgres, postgres_url):
    store = StudyStore(postgres_url, RetryPolicy(lambda _: None, lambda: False))

    def restart() -> None:
        postgres.stop()
        threading.Timer(0.5, postgres.start).start()

    store.create(NEW, Interrupting(restart))
    assert store.names() == [NEW.name]
    assert store.incomplete_studies() == []
    assert states(store) == {0: "WAITING"}
    store.close()


def test_a_creation_whose_lock_is_lost_at_the_end_is_whole(postgres, postgres_database, postgres_url):
    store = StudyStore(postgres_url, RetryPolicy(lambda _: None, lambda: False))
    store.create(NEW, Interrupting(lambda: postgres.terminate_connections(postgres_database)))
    assert states(store) == {0: "WAITING"}
    store.close()
