import threading
import time
from pathlib import Path

import pytest

from automl.commands.stop import stop
from automl.core.errors import UsageError
from automl.core.workspace import Workspace
from automl.storage.coordination.process_identity import this_process
from automl.storage.open_store import create_store
from tests.automl.small_study import STUDY, ended_process, make_study


@pytest.fixture
def store(storage_url: str):
    made = create_store(Workspace(Path("runs"), storage_url))
    make_study(made)
    yield made
    made.close()


@pytest.fixture
def place(storage_url: str) -> Workspace:
    return Workspace(Path("runs"), storage_url)


def test_nobody_searches_it(store, place):
    said = []
    assert stop(store.study(STUDY), place, 60, said.append)
    assert said == ["No driver searches study 's'."]


def test_every_driver_is_asked_and_waited_for(store, place):
    driver = store.study(STUDY).join(Path("runs"), beat_seconds=0.05)
    heard = []

    def search() -> None:
        with driver:
            while not driver.stop_requested:
                time.sleep(0.05)
            heard.append(True)

    thread = threading.Thread(target=search)
    thread.start()
    said = []
    assert stop(store.study(STUDY), place, 30, said.append)
    thread.join()
    assert heard == [True]
    assert str(this_process().pid) in said[0] and "automl resume s" in said[-1]


def test_one_that_does_not_end_in_time_is_named(store, place):
    with store.study(STUDY).join(Path("runs"), beat_seconds=0.05) as driver:
        said = []
        assert not stop(store.study(STUDY), place, 0.3, said.append)
        assert "After 0.3 s there still is process" in said[-1]
        time.sleep(0.3)
        assert driver.stop_requested


def test_a_dead_driver_is_not_waited_for(store, place):
    store.study(STUDY).join(Path("runs"), process=ended_process())
    assert stop(store.study(STUDY), place, 60, lambda _: None)


def test_an_unknown_study_is_refused(store, place):
    with pytest.raises(UsageError, match="no study 'x'"):
        stop(store.study("x"), place, 1, lambda _: None)
