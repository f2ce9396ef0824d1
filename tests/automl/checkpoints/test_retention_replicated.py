"""A study's files in a second place: what is kept is there too, and comes from there where it is not here."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from automl.checkpoints.remote_store import FileKind, RemoteStore, StoredCopy
from automl.checkpoints.replication import Replication
from automl.checkpoints.retention import CheckpointRetention
from automl.checkpoints.saved_steps import SavedSteps
from automl.core.records import TrialRecord
from automl.storage.study_store import sqlite_url
from tests.automl.engine.helpers import COST, Bench, evaluated
from tests.automl.goals import MACRO_F1
from trials.protocol import TrialEnd

MODEL, STATE = FileKind.MODEL, FileKind.STATE


class Machine:
    """A machine with a disk of its own, and the second place that all machines know."""

    def __init__(self, folder: Path) -> None:
        self.place = RemoteStore(str(folder.parent / "shared"))
        self.said: list[str] = []
        self.is_over = False
        self.copies = Replication(self.place, folder / "outbox", self.said.append)
        self.folders = CheckpointRetention(
            model=lambda number: folder / "trials" / str(number),
            state=lambda number: folder / "state" / str(number),
            steps=SavedSteps(folder / "steps"),
            keep=2,
            goals=MACRO_F1,
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

    def reach(self, number: int, step: int, *, is_best: bool = True) -> None:
        """A trial here has saved what it does at an evaluation, and is heard of; its files say at which step."""
        self.save(number, str(step))
        evaluation = replace(evaluated(step, step / 100).evaluation, is_best=is_best)
        self.folders.note(number, evaluation)
        self.folders.copy(number, evaluation)

    def state(self, number: int) -> str | None:
        file = self.folders.state(number) / "config.json"
        return file.read_text() if file.exists() else None

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
    machine.folders.note(record.number, record.best)
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
    kept = {StoredCopy(number, MODEL, 81) for number in (0, 2, 3)}
    assert one.place.listed() == kept | {StoredCopy(5, MODEL, 9), StoredCopy(5, STATE, 9)}


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
    assert two.said[:3] == [f"Brought the model of trial {number} from {two.place.address}" for number in (0, 2, 3)]


def test_what_is_here_and_was_never_copied_is_copied(machine):
    one = machine("one")
    trials = [trial(0, 0.5), trial(1, 0.4, TrialEnd.PREEMPTED, step=9), trial(2, 0.4, None, step=9)]
    for each in trials:
        one.save(each.number)
        one.folders.note(each.number, each.best)
    one.folders.sweep(trials)
    one.end()
    assert one.place.listed() == {StoredCopy(0, MODEL, 81), StoredCopy(1, MODEL, 9), StoredCopy(1, STATE, 9)}, (
        "2 is being trained"
    )


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
    run(one, trial(1, 0.5))
    for copy in (StoredCopy(1, MODEL, 54), StoredCopy(1, STATE, 54), StoredCopy(2, MODEL, 9)):
        one.place.put(copy, one.folders.model(1))
    one.folders.sweep([trial(0, 0.5), trial(1, 0.5), trial(2, 0.5, TrialEnd.DIVERGED)])
    one.end()
    assert one.place.listed() == {StoredCopy(1, MODEL, 81)}


def test_a_model_that_is_older_than_its_score_does_not_stand_for_it_nor_stays(machine):
    one = machine("one")
    one.save(1)
    one.place.put(StoredCopy(1, MODEL, 27), one.folders.model(1))
    two = machine("two")
    two.folders.sweep([trial(1, 0.9)])
    assert two.models() == set()
    assert not two.folders.bring_best(trial(1, 0.9))
    two.end()
    assert two.place.listed() == set()


def test_a_trial_that_another_machine_ended_is_brought_over_what_was_left_of_it_here(machine):
    one, two, ended = machine("one"), machine("two"), trial(1, 0.9)
    one.reach(1, 9)
    run(two, ended)
    two.end()
    assert one.folders.has_model(1) and not one.folders.has_best(1, ended.best)
    one.folders.sweep([trial(0, 0.5), ended])
    assert one.model(1) == "1", "as the other one has saved it"
    one.end()
    assert one.place.listed() == {StoredCopy(1, MODEL, 81)}


def test_a_later_model_of_a_try_that_was_given_up_displaces_none(machine):
    """Another driver had nothing of the trial, began it anew, and stopped it early."""
    one, two, ended = machine("one"), machine("two"), trial(1, 0.4, TrialEnd.PRUNED, step=9)
    one.save(1, "54")
    one.folders.note(1, evaluated(54, 0.9).evaluation)
    run(two, ended)
    two.end()
    assert not one.folders.has_best(1, ended.best)
    one.folders.sweep([trial(0, 0.5), ended])
    one.end()
    assert one.model(1) == "1"
    assert one.place.listed() == {StoredCopy(1, MODEL, 9)}


def test_a_model_that_a_killed_driver_could_not_tell_of_stands_for_its_trial_until_that_ends(machine):
    one, waiting = machine("one"), trial(1, 0.4, TrialEnd.PREEMPTED, step=9)
    one.save(1)
    one.folders.note(1, evaluated(27, 0.5).evaluation)
    assert one.folders.has_best(1, waiting.best, has_ended=False)
    assert one.folders.bring_best(waiting)


def test_what_was_left_here_of_a_trial_that_ended_elsewhere_is_not_taken_for_its_model(machine):
    one, ended = machine("one"), trial(1, 0.9)
    one.save(1)
    one.folders.note(1, evaluated(9, 0.1).evaluation)
    one.folders.sweep([trial(0, 0.5), ended])
    one.end()
    assert one.place.listed() == set(), "it is not to be had by others"
    assert one.folders.has_model(1) and not one.folders.has_best(1, ended.best)


def test_a_copy_that_cannot_be_used_takes_no_place_from_a_model_that_is_here(machine, tmp_path):
    one, trials = machine("one"), [trial(number, 0.5 + number / 10) for number in range(4)]
    for number in (1, 2):
        one.save(number)
        one.place.put(StoredCopy(number, MODEL, 81), one.folders.model(number))
        (tmp_path / "shared" / StoredCopy(number, MODEL, 81).name).write_bytes(b"torn")
    two = machine("two")
    run(two, trial(3, 0.1))
    two.folders.sweep([*trials[:3], trial(3, 0.1)])
    two.end()
    assert two.models() == {3}
    assert StoredCopy(3, MODEL, 81) in two.place.listed()


def test_an_unfinished_trial_goes_on_from_the_newest_copies_that_are_whole(machine, tmp_path):
    one = machine("one")
    for step in (9, 27):
        one.save(1, str(step))
        one.place.put(StoredCopy(1, MODEL, step), one.folders.model(1))
        one.place.put(StoredCopy(1, STATE, step), one.folders.state(1))
    torn = tmp_path / "shared" / StoredCopy(1, STATE, 27).name
    torn.write_bytes(torn.read_bytes()[:1000])
    two = machine("two")
    assert two.folders.bring(1, told(9, 27)) == 27
    assert (two.model(1), two.state(1)) == ("27", "9")
    assert two.said[1].startswith("The state of trial 1 cannot be copied from ")


def told(*steps, best=()):
    """The evaluations of a trial, each of them the best one so far if nothing else is said."""
    return [replace(evaluated(step, step / 100).evaluation, is_best=not best or step in best) for step in steps]


@pytest.mark.parametrize(
    ("model", "best", "here", "state"),
    [(None, (9, 27), None, None), (9, (9, 27), 9, None), (9, (9,), 9, "copied"), (27, (9, 27), 27, "copied")],
)
def test_a_state_is_not_brought_without_the_model_that_it_had(machine, model, best, here, state):
    one, two = machine("one"), machine("two")
    one.save(1, "copied")
    one.place.put(StoredCopy(1, STATE, 27), one.folders.state(1))
    if model is not None:
        one.place.put(StoredCopy(1, MODEL, model), one.folders.model(1))
    assert two.folders.bring(1, told(9, 27, best=best)) == here
    assert two.state(1) == state
    two.end()
    left = {copy.kind for copy in two.place.listed()}
    assert (STATE in left) == (state is not None), "else it would be taken for the state of a later step 27"


def test_what_is_here_stays_unless_a_copy_is_newer(machine):
    one, two = machine("one"), machine("two")
    one.reach(1, 9)
    two.reach(1, 27)
    two.end()
    assert two.folders.bring(1, told(9, 27)) == 27
    assert "Brought" not in " ".join(two.said)
    one.end()
    assert one.folders.bring(1, told(9, 27)) == 27
    assert (one.model(1), one.state(1)) == ("27", "27")


def test_a_state_that_is_here_goes_if_its_model_is_gone(machine):
    one = machine("one")
    one.save(1, "9")
    one.folders.note(1, told(9)[0])
    one.folders.steps.note(1, STATE, step=27)
    assert one.folders.bring(1, told(9, 27)) == 9
    assert (one.model(1), one.state(1)) == ("9", None)


def test_of_files_from_before_there_were_notes_all_is_believed(machine):
    one = machine("one")
    one.save(1)
    assert one.folders.bring(1, told(9)) is None
    assert one.folders.has_model(1) and one.folders.has_best(1, trial(1, 0.9).best)
    assert one.state(1) is not None


def test_the_trial_of_a_driver_that_is_lost_with_its_disk_goes_on_elsewhere(tmp_path):
    """As the ledger does it: with what was told of it, and from the last evaluation that was copied."""
    (tmp_path / "one").mkdir()
    one, place = Bench(tmp_path / "one", sqlite_url(tmp_path)), RemoteStore(str(tmp_path / "shared"))
    one.create()
    with closing(Replication(place, tmp_path / "one" / "outbox", print)) as one.copies:
        ledger = one.ledger()
        ledger.begin()
        for step in (1, 9, 27):
            one.save_model(0)
            ledger.record(0, evaluated(step, step / 100))
    one.store.close()
    two = Bench(tmp_path / "two", sqlite_url(tmp_path))
    with closing(Replication(place, tmp_path / "two" / "outbox", print)) as two.copies:
        job = two.ledger().begin()
    assert (job.number, job.told, job.best) == (0, 27, 0.27)
    assert (job.checkpoint / "config.json").is_file() and (job.state / "config.json").is_file()
    assert job.state.is_relative_to(tmp_path / "two")
    two.store.close()


def test_evaluations_of_a_model_that_was_lost_are_made_again(tmp_path):
    """Three were told of, and only the first model was copied: the next ones are not what lies here."""
    (tmp_path / "one").mkdir()
    one, place = Bench(tmp_path / "one", sqlite_url(tmp_path)), RemoteStore(str(tmp_path / "shared"))
    one.create()
    ledger = one.ledger()
    ledger.begin()
    for step in (1, 9, 27, 54):
        one.save_model(0)
        ledger.record(0, evaluated(step, step / 100))
        if step == 9:
            place.put(StoredCopy(0, MODEL, 9), one.checkpoint(0))
    one.store.close()
    two = Bench(tmp_path / "two", sqlite_url(tmp_path))
    with closing(Replication(place, tmp_path / "two" / "outbox", print)) as two.copies:
        job = two.ledger().begin()
    assert (job.number, job.told, job.best) == (0, 9, 0.09)
    (trial,) = two.store.study(two.study).record().trials
    assert [evaluation.step for evaluation in trial.evaluations] == [1, 9]
    two.store.close()


def test_a_model_is_not_taken_for_what_another_driver_made_of_its_trial(tmp_path):
    """With no second place either: two drivers, each with a workspace of its own."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (Bench(tmp_path / name, sqlite_url(tmp_path)) for name in ("one", "two"))
    one.create()
    ledger = one.ledger()
    ledger.begin()
    one.save_model(0)
    ledger.record(0, evaluated(9, 0.09))
    assert ledger._folders.has_best(0, evaluated(9, 0.09).evaluation)
    ledger.close()
    other = two.ledger()
    other.begin()
    two.save_model(0)
    other.record(0, evaluated(81, 0.81, TrialEnd.COMPLETED))
    (trial,) = two.store.study(two.study).record().trials
    assert other._folders.has_best(0, trial.best)
    assert not ledger._folders.has_best(0, trial.best)
    for bench in (one, two):
        bench.store.close()


def test_what_could_not_be_noted_is_not_known(tmp_path):
    steps = SavedSteps(tmp_path)
    steps.note(1, MODEL, STATE, step=9)
    steps.note(1, STATE, step=27)
    assert (steps.of(1, MODEL), steps.of(1, STATE), steps.of(2, MODEL)) == (9, 27, None)
    (tmp_path / "00001.new").mkdir()
    steps.note(1, MODEL, step=54)
    assert steps.of(1, MODEL) is None, "9 would be taken for true"
