from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace

import pytest

from automl.cluster import object_store
from automl.cluster.object_store import ObjectHandle, sent, take_in
from tests.trials.toy import toy_job
from trials.protocol import Inheritance


@pytest.fixture
def store(monkeypatch):
    """In the place of Ray's object store: what was put into it, by place."""
    store = []

    def put(content):
        store.append(content)
        return len(store) - 1

    monkeypatch.setattr(object_store, "ray", SimpleNamespace(put=put, get=store.__getitem__))
    return store


def job(folder):
    return replace(toy_job(folder), checkpoint=folder / "model", state=folder / "state")


def write(folder, text):
    folder.mkdir(parents=True)
    (folder / "file").write_text(text)


def test_a_copy_of_a_handle_is_the_handle_and_says_nothing_of_its_content():
    """Tune copies configs deeply and prints them; a reference cannot be copied, and data are long."""
    handle = ObjectHandle(SimpleNamespace(hex=lambda: "abc"))
    assert deepcopy({"data": handle})["data"] is handle
    assert (repr(handle), handle.key) == ("a reference", "abc")


def test_files_of_a_trial_arrive_where_the_worker_has_its_folders(store, tmp_path):
    here, there = job(tmp_path / "here"), job(tmp_path / "there")
    write(here.checkpoint, "model")
    write(here.state, "state")
    take_in(there, sent(here))
    assert (there.checkpoint / "file").read_text() == "model"
    assert (there.state / "file").read_text() == "state"


def test_what_is_not_there_is_not_sent_and_takes_nothing_away(store, tmp_path):
    here, there = job(tmp_path / "here"), job(tmp_path / "there")
    assert sent(here) is None
    take_in(there, None)
    write(here.state, "state")
    write(there.checkpoint, "the worker's own")
    take_in(there, sent(here))
    assert (there.checkpoint / "file").read_text() == "the worker's own"


def test_a_trial_that_inherits_brings_the_state_of_its_parent(store, tmp_path):
    donor = tmp_path / "donors" / "00001-27"
    write(donor, "parent")
    here = replace(job(tmp_path / "here"), inherits=Inheritance(donor, toy_job(tmp_path).point))
    assert sent(here) is not None
    (luggage,) = store
    assert bytes(luggage.parent.files["file"]) == b"parent"
    assert (luggage.model, luggage.state) == (None, None)
