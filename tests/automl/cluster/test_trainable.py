"""When the process that trains for a worker is replaced."""

from types import SimpleNamespace
from typing import ClassVar

import pytest

from automl.cluster import trainable
from automl.cluster.trainable import DATA, JOBS, PLACES, STUDY, TRIALS_UNTIL_STEADY, TrialActor

MEGABYTE = 2**20


class Data:
    """A handle to data that counts how often they are fetched."""

    def __init__(self, key):
        self.key = key
        self.fetched = 0

    def get(self):
        self.fetched += 1
        return self.key


class Process:
    """Stands for the process that trains, with a memory that the test sets."""

    made: ClassVar[list["Process"]] = []

    def __init__(self):
        self.resident_bytes = 1000 * MEGABYTE
        self.ended = False
        self.made.append(self)

    def begin(self, jobs, data, places):
        assert not self.ended

    def leave(self):
        assert not self.ended

    def end(self):
        self.ended = True


@pytest.fixture
def run(monkeypatch):
    """Runs a trial after which the process holds so many MiB, and says whether a new one had to be made."""
    monkeypatch.setattr(Process, "made", [])
    monkeypatch.setattr(trainable, "TrialProcess", Process)
    actor = TrialActor.__new__(TrialActor)
    data = Data("8000")
    config = {STUDY: "reviews", JOBS: (SimpleNamespace(number=7),), PLACES: 1, DATA: data}
    actor.setup(config)

    def another(mebibytes):
        before = len(Process.made)
        Process.made[-1].resident_bytes = mebibytes * MEGABYTE
        assert actor.reset_config(config)
        assert data.fetched == 1
        return len(Process.made) > before

    return another


def test_a_process_runs_trial_after_trial_while_its_memory_stays(run):
    assert not any(run(1400 if trial % 2 else 1000) for trial in range(100))


def test_a_process_that_has_grown_by_half_is_replaced(run):
    for trial in range(TRIALS_UNTIL_STEADY):
        assert not run(1100 + 100 * trial)  # what its first trials load belongs to it
    assert not run(1300 * 1.49)
    assert run(1300 * 1.51)
    assert Process.made[0].ended
    assert not run(3000), "the new one is measured by itself"


def test_a_small_process_may_double(run):
    for _ in range(TRIALS_UNTIL_STEADY):
        assert not run(100)
    assert not run(100 + trainable.SMALLEST_GROWTH // MEGABYTE)


def test_the_dashboard_is_told_the_study_and_the_log_the_trial(run, capsys, monkeypatch):
    monkeypatch.setattr(trainable, "TrialProcess", Process)
    actor = TrialActor.__new__(TrialActor)
    actor.setup({STUDY: "reviews", JOBS: (SimpleNamespace(number=7),), PLACES: 1, DATA: Data("8000")})
    assert repr(actor) == "trials of reviews"
    assert capsys.readouterr().out.splitlines()[-1] == "trial 7 of study reviews"
