from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from automl.commands import active_drivers
from automl.commands.active_drivers import LONGEST_SECONDS, certainly_living, is_reserved, living, shown
from automl.core.records import DriverRecord
from automl.storage.study_store import StudyStore, sqlite_url
from tests.clock import Clock

DRIVER = DriverRecord("d" * 32, 0, "elsewhere", 7, Path(), datetime(2026, 1, 1), False, None, ())


class Watched:
    """A study whose drivers are other ones at each look; the last look stays."""

    def __init__(self, *looks: list[bool | None]) -> None:
        self.looks = list(looks)

    def drivers(self) -> list[DriverRecord]:
        look = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return [replace(DRIVER, ordinal=place, alive=alive) for place, alive in enumerate(look)]


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(active_drivers.time, "monotonic", clock)
    monkeypatch.setattr(active_drivers.time, "sleep", clock.sleep)
    return clock


def test_whoever_may_live_is_counted_in_without_a_wait(clock):
    before = clock.now
    assert [driver.ordinal for driver in living(Watched([True, False, None]))] == [0, 2]
    assert clock.now == before


def test_those_who_are_known_are_not_waited_for(clock):
    said, before = [], clock.now
    assert [driver.ordinal for driver in certainly_living(Watched([True, False]), said.append)] == [0]
    assert (said, clock.now) == ([], before)


def test_others_are_watched_until_it_is_known_and_that_is_told_once(clock):
    said = []
    study = Watched([None, None], [None, None], [True, None], [True, False])
    assert [driver.ordinal for driver in certainly_living(study, said.append)] == [0]
    assert said == ["Watching process 7 on elsewhere, process 7 on elsewhere for a heartbeat, for up to 90 s"]


def test_a_driver_of_which_nothing_is_known_to_the_end_counts_as_living(clock):
    before = clock.now
    assert len(certainly_living(Watched([None]), [].append)) == 1
    assert LONGEST_SECONDS <= clock.now - before < 2 * LONGEST_SECONDS


def test_a_study_is_reserved_while_somebody_holds_its_lock_though_it_is_not_there_yet(tmp_path):
    store, other = StudyStore(sqlite_url(tmp_path)), StudyStore(sqlite_url(tmp_path))
    with store.study("s").sole_driver():
        assert is_reserved(other.study("s"))
        assert not is_reserved(other.study("another"))
    assert not is_reserved(other.study("s"))
    for each in (store, other):
        each.close()


def test_a_driver_is_told_by_what_ends_it():
    assert shown(DRIVER) == "process 7 on elsewhere"
