"""When the process that trains for a worker is replaced, and what a worker does with the members of a pack."""

from types import SimpleNamespace
from typing import ClassVar

import pytest

from automl.cluster.tune import trainable
from automl.cluster.tune.trainable import (
    DATA,
    FILES,
    HOME,
    JOBS,
    PLACES,
    REPORTS,
    STUDY,
    TRIALS_UNTIL_STEADY,
    TrialActor,
)
from automl.worker import ForkDied
from tests.automl.engine.helpers import ended, evaluated
from trials.protocol import MemberReport, TrialEnd, WorkerReports

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

        self.told = []
        self.changed = []
        self.trouble = None

    def begin(self, jobs, data, places):
        assert not self.ended
        self.jobs = jobs

    def next_reports(self):
        return self.told.pop(0)

    def change(self, left, joined, places):
        if self.trouble is not None:
            raise self.trouble
        self.changed.append((left, joined, places))

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
    assert repr(actor) == "trials of reviews from 7 on"
    assert capsys.readouterr().out.splitlines()[-1] == "trial 7 of study reviews"


def job(number):
    return SimpleNamespace(number=number)


@pytest.fixture
def worker(monkeypatch):
    """Makes a worker that runs some trials, with its process as `made[-1]`."""
    monkeypatch.setattr(Process, "made", [])
    monkeypatch.setattr(trainable, "TrialProcess", Process)

    def make(numbers=(7, 8), places=2, **config):
        actor = TrialActor.__new__(TrialActor)
        jobs = tuple(map(job, numbers))
        actor.setup({STUDY: "reviews", JOBS: jobs, PLACES: places, DATA: Data("8000"), **config})
        return actor

    return make


def reports(*told):
    return WorkerReports(tuple(MemberReport(*each) for each in told))


def test_a_trial_alone_ends_the_work_and_a_pack_does_not(worker):
    last, more = (7, ended(TrialEnd.DIVERGED)), (7, evaluated(9, 0.5))
    alone, pack = worker((7,), places=1), worker()
    for process in Process.made:
        process.told = [reports(more), reports(last)]
    assert [alone.step()["done"] for _ in range(2)] == [False, True]
    assert [pack.step()["done"] for _ in range(2)] == [False, False], "the driver decides who joins"
    Process.made[-1].told = [reports()]
    assert pack.step()["done"], "without any member left it is over"


def test_a_change_reaches_the_process_and_the_log_names_who_joins(worker, capsys):
    actor = worker()
    actor.change([7], [job(9)], 2, {})
    assert Process.made[-1].changed == [([7], [job(9)], 2)]
    assert capsys.readouterr().out.splitlines()[-1] == "trial 9 of study reviews"


def test_what_goes_wrong_in_a_change_is_raised_by_the_next_step_until_other_trials_begin(worker):
    actor = worker()
    Process.made[-1].trouble = ForkDied("killed")
    actor.change([7], [job(9)], 2, {})
    with pytest.raises(ForkDied, match="killed"):
        actor.step()
    Process.made[-1].told = [reports((1, evaluated(9, 0.5)))]
    actor.reset_config({STUDY: "reviews", JOBS: (job(1),), PLACES: 1, DATA: Data("8000")})
    assert actor.step()[REPORTS] == reports((1, evaluated(9, 0.5)))


class Folder:
    """Stands for the local folders of a trial on a node that does not share the driver's disk."""

    made: ClassVar[list["Folder"]] = []

    def __init__(self, _):
        self.is_left = False
        self.made.append(self)

    def settle(self, job, files):
        return SimpleNamespace(number=job.number, files=files)

    def collect(self, report):
        return f"files at {report.evaluation.step}" if report.evaluation else None

    def leave(self):
        self.is_left = True


class Handle:
    """A handle in the object store of Ray."""

    def __init__(self, content):
        self.content = content

    def get(self):
        return self.content


def test_members_on_another_node_each_have_a_folder_as_long_as_they_run(worker, monkeypatch):
    monkeypatch.setattr(Folder, "made", [])
    monkeypatch.setattr(trainable, "RemoteWorkdir", Folder)
    monkeypatch.setattr(trainable, "ObjectHandle", Handle)
    monkeypatch.setattr(trainable.ray, "put", lambda files: files)
    monkeypatch.setattr(trainable.ray, "get_runtime_context", lambda: SimpleNamespace(get_node_id=lambda: "worker"))
    actor = worker(**{HOME: "driver", FILES: {7: Handle("seven"), 8: None}})
    process = Process.made[-1]
    assert [each.files for each in process.jobs] == ["seven", None]
    process.told = [reports((8, evaluated(9, 0.5)), (7, ended(TrialEnd.DIVERGED)))]
    sent = dict(actor.step()[FILES])
    assert {number: files.content for number, files in sent.items()} == {8: "files at 9"}
    actor.change([7], [job(9)], 2, {9: Handle("nine")})
    assert [folder.is_left for folder in Folder.made] == [True, False, False]
    ((_, (joined,), _),) = process.changed
    assert joined.files == "nine"
    actor.change([9], [job(9)], 2, {9: None})
    assert [folder.is_left for folder in Folder.made] == [True, False, True, False], "it began again"
    actor.cleanup()
    assert process.ended
    assert all(folder.is_left for folder in Folder.made)
