"""Copies are made beside the search, of files as they were, and whatever becomes of the place ends nothing."""

import signal
import threading
import time
from pathlib import Path

import pytest

from automl.checkpoints import replication as module
from automl.checkpoints.remote_store import FileKind, RemoteStore, RemoteStoreError, StoredCopy
from automl.checkpoints.replication import Replication
from tests.waiting import wait_until

STEPS = (1, 9, 27, 54, 81)


class Gate(RemoteStore):
    """A place that takes what comes only while it is open, and may fail."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.open = threading.Event()
        self.open.set()
        self.fails = False
        self.tries = 0
        self.entered = threading.Event()
        self.done: list[StoredCopy] = []

    def put(self, copy: StoredCopy, folder: Path) -> None:
        self.tries += 1
        self.entered.set()
        assert self.open.wait(20)
        if self.fails:
            raise RemoteStoreError("it is full")
        super().put(copy, folder)
        self.done.append(copy)


@pytest.fixture
def place(tmp_path):
    return Gate(tmp_path / "shared")


@pytest.fixture
def said():
    return []


@pytest.fixture
def copies(place, tmp_path, said):
    made = Replication(place, tmp_path / "outbox", said.append)
    yield made
    place.fails = False
    place.open.set()
    made.close()


def write(folder: Path, text: str) -> Path:
    """As the trials do it: a file is replaced and not written into."""
    folder.mkdir(exist_ok=True)
    (folder / ".new").write_text(text)
    (folder / ".new").replace(folder / "weights")
    return folder


def fetched(place, copy, folder) -> str:
    place.fetch(copy, folder, None)
    return (folder / "weights").read_text()


def test_a_copy_is_of_the_files_as_they_were_when_it_was_wanted(copies, place, tmp_path):
    place.open.clear()
    copies.keep(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", "then"))
    write(tmp_path / "model", "now")
    place.open.set()
    wait_until(lambda: copies.existing)
    assert fetched(place, StoredCopy(1, FileKind.MODEL, 9), tmp_path / "here") == "then"
    wait_until(lambda: not list((tmp_path / "outbox").glob("*")))


def test_a_new_copy_takes_the_place_of_the_one_before(copies, place, tmp_path):
    for step in STEPS:
        copies.keep(StoredCopy(1, FileKind.MODEL, step), write(tmp_path / "model", str(step)))
        wait_until(lambda step=step: copies.existing == place.listed() == {StoredCopy(1, FileKind.MODEL, step)})


def test_of_a_trial_that_began_anew_the_same_step_is_copied_again(copies, place, tmp_path):
    for text in ("first", "again"):
        copies.keep(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", text))
        wait_until(lambda text=text: len(place.done) == {"first": 1, "again": 2}[text])
    wait_until(lambda: not list((tmp_path / "outbox").glob("*")))
    assert fetched(place, StoredCopy(1, FileKind.MODEL, 9), tmp_path / "here") == "again"


def test_where_the_place_is_slow_only_the_newest_of_each_trial_waits(copies, place, tmp_path):
    place.open.clear()
    copies.keep(StoredCopy(0, FileKind.MODEL, 1), write(tmp_path / "model", "0"))
    assert place.entered.wait(20)
    for step in STEPS:
        for number in (1, 2):
            copies.keep(StoredCopy(number, FileKind.STATE, step), write(tmp_path / "model", f"state {step}"))
            copies.keep(StoredCopy(number, FileKind.MODEL, step), write(tmp_path / "model", f"model {step}"))
    assert len(list((tmp_path / "outbox").glob("*"))) == 5, "no room is taken by what will not be copied"
    place.open.set()
    wait_until(lambda: len(place.done) == 5)
    newest = [StoredCopy(number, kind, 81) for number in (1, 2) for kind in (FileKind.MODEL, FileKind.STATE)]
    assert place.done[1:] == newest, "a model goes before its state, without which it is of use"


def test_what_is_dropped_is_removed_and_does_not_wait_any_more(copies, place, tmp_path):
    for kind in FileKind:
        copies.keep(StoredCopy(1, kind, 9), write(tmp_path / "model", "x"))
    wait_until(lambda: len(place.done) == 2)
    place.open.clear()
    copies.keep(StoredCopy(2, FileKind.MODEL, 9), tmp_path / "model")
    wait_until(lambda: not copies._waiting)
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), tmp_path / "model")
    copies.drop(1, FileKind.MODEL)
    copies.drop(1, FileKind.STATE)
    place.open.set()
    wait_until(lambda: place.listed() == {StoredCopy(2, FileKind.MODEL, 9)})
    assert StoredCopy(1, FileKind.MODEL, 27) not in place.done


def test_copies_of_another_process_are_replaced_once_they_were_looked_at(copies, place, tmp_path):
    RemoteStore(str(tmp_path / "shared")).put(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    copies.refresh()
    assert copies.existing == {StoredCopy(1, FileKind.MODEL, 9)}
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: place.listed() == {StoredCopy(1, FileKind.MODEL, 27)})


def test_a_place_that_fails_is_told_of_once_and_gets_all_when_it_is_back(copies, place, tmp_path, said, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.02)
    place.fails = True
    for number in range(4):
        copies.keep(StoredCopy(number, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    wait_until(lambda: place.tries > 10)
    place.fails = False
    wait_until(lambda: len(place.listed()) == 4)
    wait_until(lambda: len(said) == 2)
    assert said == [
        f"No copies can be written to {place.address}: it is full. The search continues, and the copies are retried",
        f"Copies can be written to {place.address} again",
    ]


def test_a_newer_copy_is_not_undone_by_an_older_one_that_failed(copies, place, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    place.fails = True
    place.open.clear()
    copies.keep(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    assert place.entered.wait(20)
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), tmp_path / "model")
    place.open.set()
    wait_until(lambda: place.tries >= 2)
    place.fails = False
    wait_until(lambda: place.done)
    assert place.done == [StoredCopy(1, FileKind.MODEL, 27)]


def test_the_end_waits_for_what_is_under_way(place, tmp_path, said):
    copies = Replication(place, tmp_path / "outbox", said.append)
    place.open.clear()
    for number in range(3):
        copies.keep(StoredCopy(number, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    assert place.entered.wait(20)
    threading.Timer(0.2, place.open.set).start()
    copies.close()
    assert len(place.listed()) == 3
    assert said == [f"Copying the files of 3 trials to {place.address}"]
    assert not (tmp_path / "outbox").exists()


def test_at_the_end_nothing_is_said_of_what_is_only_removed(copies, place, tmp_path, said):
    copies.keep(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    wait_until(lambda: copies.existing and not list((tmp_path / "outbox").glob("*")))
    copies.drop(1, FileKind.MODEL)
    copies.drop(2, FileKind.MODEL)
    copies.close()
    assert place.listed() == set()
    assert said == []


def test_ctrl_c_at_the_end_leaves_what_was_copied_and_ends_nothing_else(place, tmp_path, said, monkeypatch):
    """What waits is not taken from under the thread, which would copy an empty folder in place of a good copy."""
    monkeypatch.setattr(module, "SECONDS_TO_END", 0.1)
    copies = Replication(place, tmp_path / "outbox", said.append)
    for number in (1, 2):
        copies.keep(StoredCopy(number, FileKind.MODEL, 9), write(tmp_path / "model", "good"))
    wait_until(lambda: len(place.done) == 2)
    place.open.clear()
    place.entered.clear()
    for number in (1, 2):
        copies.keep(StoredCopy(number, FileKind.MODEL, 27), tmp_path / "model")
    assert place.entered.wait(20)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs tests side by side lets them ignore it
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    try:
        copies.close()
    finally:
        signal.signal(signal.SIGINT, before)
    assert said[-1] == "The files of 2 trials were not copied before the search ended; they are in the workspace"
    place.open.set()
    copies._thread.join(20)
    assert "can be made" not in " ".join(said)
    assert (
        StoredCopy(2, FileKind.MODEL, 9) in place.listed() and StoredCopy(2, FileKind.MODEL, 27) not in place.listed()
    )
    for copy in place.listed():
        assert fetched(place, copy, tmp_path / "here") == "good"


def test_who_ends_with_an_error_does_not_wait_for_copies(place, tmp_path, said, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_TO_END", 0.1)
    copies = Replication(place, tmp_path / "outbox", said.append)
    place.open.clear()
    for number in (1, 2):
        copies.keep(StoredCopy(number, FileKind.MODEL, 27), write(tmp_path / "model", "x"))
    assert place.entered.wait(20)
    copies.abandon()
    assert said == []
    place.open.set()
    copies._thread.join(20)
    assert place.done == [StoredCopy(1, FileKind.MODEL, 27)], "what was under way, and no more"


def test_what_cannot_be_read_is_told_and_keeps_nobody_else_from_being_copied(copies, place, tmp_path, said):
    copies.keep(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    wait_until(lambda: copies.existing)
    (tmp_path / "empty").mkdir()
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), tmp_path / "empty")
    copies.keep(StoredCopy(2, FileKind.MODEL, 27), tmp_path / "nowhere")
    copies.keep(StoredCopy(3, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: len(copies.existing) == 2)
    assert place.listed() == {StoredCopy(1, FileKind.MODEL, 9), StoredCopy(3, FileKind.MODEL, 27)}
    assert len(said) == 2
    assert {sentence.partition(" can be made")[0] for sentence in said} == {
        "No copy of the model of trial 1",
        "No copy of the model of trial 2",
    }


def test_a_driver_that_was_overtaken_removes_nothing_newer_and_can_be_called_off(copies, place, tmp_path):
    place.put(StoredCopy(1, FileKind.MODEL, 54), write(tmp_path / "model", "of the other one"))
    copies.refresh()
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: len(copies.existing) == 2)
    place.open.clear()
    place.entered.clear()
    copies.keep(StoredCopy(2, FileKind.MODEL, 9), tmp_path / "model")
    assert place.entered.wait(20)
    copies.keep(StoredCopy(1, FileKind.MODEL, 36), tmp_path / "model")
    copies.leave(1)
    place.open.set()
    copies.close()
    assert place.listed() == {
        StoredCopy(1, FileKind.MODEL, 27),
        StoredCopy(1, FileKind.MODEL, 54),
        StoredCopy(2, FileKind.MODEL, 9),
    }


@pytest.mark.parametrize("fails", [False, True])
def test_a_copy_that_waits_is_made_though_only_it_is_to_stay(copies, place, tmp_path, fails, monkeypatch):
    """A trial that lost its worker begins again before its last files are copied."""
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    place.put(StoredCopy(1, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    copies.refresh()
    place.open.clear()
    place.fails = fails
    copies.keep(StoredCopy(1 if fails else 2, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: place.tries >= 2)
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), tmp_path / "model") if not fails else None
    copies.keep_only(StoredCopy(1, FileKind.MODEL, 27))
    place.open.set()
    wait_until(lambda: place.tries >= 3)
    place.fails = False
    wait_until(lambda: {copy for copy in place.listed() if copy.number == 1} == {StoredCopy(1, FileKind.MODEL, 27)})


def test_who_was_called_off_between_two_tries_does_not_hide_the_next_failure(
    copies, place, tmp_path, said, monkeypatch
):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.3)
    place.fails = True
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), write(tmp_path / "model", "x"))
    wait_until(lambda: said)
    copies.leave(1)
    copies.keep(StoredCopy(3, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: len(said) == 2)
    assert said[0] == said[1]


def test_who_was_called_off_while_it_failed_is_not_tried_again_nor_waited_for(
    copies, place, tmp_path, said, monkeypatch
):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    place.open.clear()
    place.fails = True
    copies.keep(StoredCopy(1, FileKind.MODEL, 27), write(tmp_path / "model", "x"))
    assert place.entered.wait(20)
    copies.leave(1)
    place.open.set()
    wait_until(lambda: said)
    place.fails = False
    copies.keep(StoredCopy(2, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: copies.existing)
    assert place.listed() == {StoredCopy(2, FileKind.MODEL, 27)}
    place.fails = True
    copies.keep(StoredCopy(3, FileKind.MODEL, 27), tmp_path / "model")
    wait_until(lambda: len(said) == 2)
    assert said[0] == said[1], "a new failure is told of"


def test_older_copies_go_once_the_right_one_is_there_and_not_before(copies, place, tmp_path):
    for step in (9, 27):
        place.put(StoredCopy(1, FileKind.MODEL, step), write(tmp_path / "model", "x"))
    copies.refresh()
    copies.keep_only(StoredCopy(1, FileKind.MODEL, 81))
    copies.keep_only(StoredCopy(1, FileKind.MODEL, 27))
    wait_until(lambda: place.listed() == {StoredCopy(1, FileKind.MODEL, 27)})


def test_a_copy_that_is_still_being_made_goes_too_where_another_is_to_stay(copies, place, tmp_path):
    """A trial that another driver ended may have a copy of this driver on its way."""
    place.put(StoredCopy(1, FileKind.MODEL, 81), write(tmp_path / "model", "x"))
    place.entered.clear()
    place.open.clear()
    copies.keep(StoredCopy(1, FileKind.MODEL, 9), tmp_path / "model")
    assert place.entered.wait(20)
    copies.refresh()
    copies.keep_only(StoredCopy(1, FileKind.MODEL, 81))
    place.open.set()
    copies.close()
    assert place.listed() == {StoredCopy(1, FileKind.MODEL, 81)}


def test_a_place_that_fails_does_not_keep_a_search_from_its_end(place, tmp_path, said):
    copies = Replication(place, tmp_path / "outbox", said.append)
    place.fails = True
    for number in range(3):
        copies.keep(StoredCopy(number, FileKind.MODEL, 9), write(tmp_path / "model", "x"))
    begun = time.monotonic()
    copies.close()
    assert time.monotonic() - begun < module.FIRST_PAUSE
    assert said[-1] == (
        f"The files of 3 trials could not be copied to {place.address}: it is full. They are in the workspace"
    )


def test_what_cannot_be_brought_is_told(copies, place, tmp_path, said):
    assert not copies.bring(StoredCopy(7, FileKind.STATE, 9), tmp_path / "here", None)
    assert said[0].startswith(f"The state of trial 7 cannot be copied from {place.address}: ")
    assert not (tmp_path / "here").exists()
