"""A study's files in a second place: what is kept is there too, and comes from there where it is not here."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from automl.copies.copies import StoredCopies
from automl.copies.place import Copy, Kind, Place
from automl.search.folders import TrialFolders
from automl.storage.records import TrialRecord
from automl.storage.studies import sqlite_url
from tests.automl.search.helpers import COST, Bench, evaluated
from trials.record import TrialEnd

MODEL, STATE = Kind.MODEL, Kind.STATE


class Machine:
    """A machine with a disk of its own, and the second place that all machines know."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(str(folder.parent / "shared"))
        self.said: list[str] = []
        self.is_over = False
        self.copies = StoredCopies(self.place, folder / "outbox", self.said.append)
        self.folders = TrialFolders(
            model=lambda number: folder / "trials" / str(number),
            state=lambda number: folder / "state" / str(number),
            keep=2,
            metric="macro_f1",
            maximize=True,
            copies=self.copies,
        )

    def end(self) -> None:
        """All copies are made; it is of no more use."""
        if not self.is_over:
            self.copies.close()
        self.is_over = True

    def save(self, number: int, text: str = "{}") -> None:
        for folder in (self.folders.model(number), self.folders.state(number)):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / ".new").write_text(text)
            (folder / ".new").replace(folder / "config.json")

    def model(self, number: int) -> str | None:
        file = self.folders.model(number) / "config.json"
        return file.read_text() if file.exists() else None

    def models(self) -> set[int]:
        return {number for number in range(20) if self.folders.has_model(number)}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Callable[[str], Machine]]:
    made: list[Machine] = []

    def make(name: str) -> Machine:
        made.append(Machine(tmp_path / name))
        return made[-1]

    yield make
    for each in made:
        each.end()


def trial(number: int, score: float, end: TrialEnd | None = TrialEnd.COMPLETED, step: int = 81) -> TrialRecord:
    evaluation = replace(evaluated(step, score).evaluation, metrics={"macro_f1": score, "log_loss": 0.5})
    is_over = end not in {None, TrialEnd.PREEMPTED}
    state = "COMPLETE" if is_over else "WAITING" if end else "RUNNING"
    return TrialRecord(number, state, end, score, {}, (evaluation,), COST, "", None, "now" if is_over else None)


def run(machine: Machine, record: TrialRecord) -> None:
    """A trial with one evaluation on this machine."""
    machine.save(record.number, str(record.number))
    machine.folders.copy(record.number, record.best)
    if record.end is not None:
        machine.folders.settle(record.number, record.end, record.best, COST)


def test_what_is_kept_is_there_too_and_what_is_not_is_not(machine):
    one = machine("one")
    for number, score in enumerate((0.1, 0.5, 0.9, 0.7)):
        run(one, trial(number, score))
    run(one, trial(4, 0.8, TrialEnd.ERROR))
    run(one, trial(5, 0.2, TrialEnd.PREEMPTED, step=9))
    one.end()
    kept = {Copy(number, MODEL, 81) for number in (0, 2, 3)}
    assert one.place.listed() == kept | {Copy(5, MODEL, 9), Copy(5, STATE, 9)}


def test_another_machine_brings_the_models_that_are_kept_and_goes_on_choosing(machine):
    one, trials = machine("one"), [trial(number, score) for number, score in enumerate((0.1, 0.5, 0.9, 0.7))]
    for each in trials:
        run(one, each)
    one.end()
    two = machine("two")
    two.folders.sweep(trials)
    assert two.models() == {0, 2, 3}
    assert two.model(3) == "3"
    run(two, trial(4, 0.8))
    assert two.models() == {0, 2, 4}
    two.end()
    assert {copy.number for copy in two.place.listed()} == {0, 2, 4}
    assert two.said == [f"Brought the model of trial {number} from {two.place.address}" for number in (0, 2, 3)]


def test_what_is_here_and_was_never_copied_is_copied(machine):
    one = machine("one")
    one.save(0)
    one.save(1)
    trials = [trial(0, 0.5), trial(1, 0.4, TrialEnd.PREEMPTED, step=9), trial(2, 0.4, None, step=9)]
    one.save(2)
    one.folders.sweep(trials)
    one.end()
    assert one.place.listed() == {Copy(0, MODEL, 81), Copy(1, MODEL, 9), Copy(1, STATE, 9)}, "2 is being trained"


def test_a_copy_is_not_made_again(machine, tmp_path):
    one, trials = machine("one"), [trial(0, 0.5)]
    run(one, trials[0])
    one.end()
    (file,) = (tmp_path / "shared").iterdir()
    before = file.stat().st_mtime_ns
    again = machine("one")
    again.folders.sweep(trials)
    again.end()
    assert file.stat().st_mtime_ns == before


def test_copies_that_a_killed_driver_could_not_remove_are_removed(machine):
    one = machine("one")
    one.save(1)
    for copy in (Copy(1, STATE, 54), Copy(2, MODEL, 9)):
        one.place.put(copy, one.folders.model(1))
    one.folders.sweep([trial(0, 0.5), trial(1, 0.5), trial(2, 0.5, TrialEnd.DIVERGED)])
    one.end()
    assert one.place.listed() == {Copy(1, MODEL, 81)}


def test_a_model_that_is_older_than_its_score_does_not_stand_for_it(machine):
    one = machine("one")
    one.save(1)
    one.place.put(Copy(1, MODEL, 27), one.folders.model(1))
    two = machine("two")
    two.folders.sweep([trial(1, 0.9)])
    assert two.models() == set()
    assert not two.folders.bring_model(trial(1, 0.9))


def test_an_unfinished_trial_goes_on_from_the_newest_copies_that_are_whole(machine, tmp_path):
    one = machine("one")
    for step in (9, 27):
        one.save(1, str(step))
        one.place.put(Copy(1, MODEL, step), one.folders.model(1))
        one.place.put(Copy(1, STATE, step), one.folders.state(1))
    torn = tmp_path / "shared" / Copy(1, STATE, 27).name
    torn.write_bytes(torn.read_bytes()[:1000])
    two = machine("two")
    two.folders.bring(1)
    assert two.model(1) == "27"
    assert (two.folders.state(1) / "config.json").read_text() == "9"
    assert two.said[1].startswith("The state of trial 1 cannot be brought from ")


def test_a_state_is_not_brought_without_a_model_nor_over_what_is_here(machine):
    one = machine("one")
    one.save(1, "copied")
    one.place.put(Copy(1, STATE, 27), one.folders.state(1))
    two = machine("two")
    two.folders.bring(1)
    assert not two.folders.state(1).exists()
    one.place.put(Copy(1, MODEL, 27), one.folders.model(1))
    two.save(1, "own")
    two.folders.bring(1)
    assert two.model(1) == "own"


def test_the_trial_of_a_driver_that_is_lost_with_its_disk_goes_on_elsewhere(tmp_path):
    """As the ledger does it: with what was told of it, and from the last evaluation that was copied."""
    (tmp_path / "one").mkdir()
    one, place = Bench(tmp_path / "one", sqlite_url(tmp_path)), Place(str(tmp_path / "shared"))
    one.create()
    with closing(StoredCopies(place, tmp_path / "one" / "outbox", print)) as one.copies:
        ledger = one.ledger()
        ledger.begin()
        for step in (1, 9, 27):
            one.save_model(0)
            ledger.record(0, evaluated(step, step / 100))
    one.store.close()
    two = Bench(tmp_path / "two", sqlite_url(tmp_path))
    with closing(StoredCopies(place, tmp_path / "two" / "outbox", print)) as two.copies:
        job = two.ledger().begin()
    assert (job.number, job.told, job.best) == (0, 27, 0.27)
    assert (job.checkpoint / "config.json").is_file() and (job.state / "config.json").is_file()
    assert job.state.is_relative_to(tmp_path / "two")
    two.store.close()
