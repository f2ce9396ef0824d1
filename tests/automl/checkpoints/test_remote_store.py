"""Where copies lie: on a disk, and by an address that only fsspec knows."""

from uuid import uuid4

import pytest

from automl.checkpoints import remote_store as module
from automl.checkpoints.remote_filesystem import opened
from automl.checkpoints.remote_store import FileKind, RemoteStore, RemoteStoreError, StoredCopy, copy_named
from trials.errors import CheckpointError

MODEL, STATE = StoredCopy(3, FileKind.MODEL, 27), StoredCopy(3, FileKind.STATE, 9)


@pytest.fixture(params=["folder", "file://", "memory://"])
def place(request, tmp_path):
    schemes = {"folder": f"{tmp_path}/shared", "file://": f"file://{tmp_path}/shared", "memory://": "memory://bucket"}
    return RemoteStore(schemes[request.param], "study", "trials", uuid4().hex)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "model"
    made.mkdir()
    (made / "weights").write_text("w")
    return made


def test_the_name_of_a_file_says_what_it_is():
    assert [copy_named(copy.name) for copy in (MODEL, STATE)] == [MODEL, STATE]
    assert StoredCopy(123456, FileKind.MODEL, 81).name == "123456-model-81.tar"
    for name in ("00003-model-27.tar.part", "x-model-1.tar", "00003-best-27.tar", "README"):
        assert copy_named(name) is None


def test_what_was_put_there_is_listed_and_fetched_until_it_is_removed(place, folder, tmp_path):
    assert place.listed() == set(), "nothing is there before the first one"
    place.put(MODEL, folder)
    place.put(STATE, folder)
    assert place.listed() == {MODEL, STATE}
    place.fetch(MODEL, tmp_path / "here", None)
    assert (tmp_path / "here" / "weights").read_text() == "w"
    place.remove(MODEL)
    place.remove(MODEL)
    assert place.listed() == {STATE}
    with pytest.raises(RemoteStoreError):
        place.fetch(MODEL, tmp_path / "again", None)
    place.clear()
    place.clear()
    assert place.listed() == set()


def test_one_study_sees_nothing_of_another(folder, tmp_path):
    one, other = (RemoteStore(str(tmp_path / "shared"), "study", "trials", uuid) for uuid in "ab")
    one.put(MODEL, folder)
    assert other.listed() == set()
    other.clear()
    assert one.listed() == {MODEL}


def test_a_torn_copy_is_told_and_nothing_is_put_there(folder, tmp_path):
    place = RemoteStore(str(tmp_path / "shared"))
    place.put(MODEL, folder)
    file = tmp_path / "shared" / MODEL.name
    file.write_bytes(file.read_bytes()[:1024])
    with pytest.raises(RemoteStoreError, match=r"00003-model-27.tar cannot be used: "):
        place.fetch(MODEL, tmp_path / "here", None)
    assert not (tmp_path / "here").exists()


def test_a_place_that_is_of_no_use_is_told_from_a_disk_that_refuses(folder, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RemoteStoreError):
        RemoteStore(str(tmp_path / "file")).put(MODEL, folder)
    place = RemoteStore(str(tmp_path / "shared"))
    place.put(MODEL, folder)
    with pytest.raises(CheckpointError):
        place.fetch(MODEL, tmp_path / "file" / "here", None)


def test_how_to_get_there_stays_at_the_end_of_an_address():
    assert RemoteStore("s3://bucket/a/?scheme=http", "s", "trials").address == "s3://bucket/a/s/trials?scheme=http"


class Breaks:
    """A stream that takes a little and no more."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, content):
        self._stream.write(content[:100])
        raise OSError("the line is dead")

    def close(self):
        self._stream.close()


def test_a_copy_that_breaks_off_leaves_nothing(place, folder, monkeypatch):
    monkeypatch.setattr(module, "opened", lambda system, path: Breaks(opened(system, path)))
    with pytest.raises(RemoteStoreError, match="the line is dead"):
        place.put(MODEL, folder)
    assert place.listed() == set()


def test_a_file_that_grows_on_a_disk_is_no_copy_yet(tmp_path, folder):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / f"{MODEL.name}.new").write_text("of one that was killed")
    place = RemoteStore(str(tmp_path / "shared"))
    assert place.listed() == set()
    place.put(MODEL, folder)
    assert [path.name for path in (tmp_path / "shared").iterdir()] == [MODEL.name]


def test_what_cannot_be_read_here_is_not_the_place_s_fault(place, tmp_path):
    with pytest.raises(FileNotFoundError):
        place.put(MODEL, tmp_path / "nowhere")
    assert place.listed() == set()
