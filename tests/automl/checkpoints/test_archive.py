"""A folder becomes a stream and a folder again, or nothing at all."""

import shutil
import tarfile
from io import BytesIO

import pytest

from automl.checkpoints.archive import BLOCK, END, IncompleteArchive, pack, unpack
from trials.errors import CheckpointError


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    (folder / "deep").mkdir(parents=True)
    (folder / "weights").write_bytes(bytes(range(256)) * 100)
    (folder / "deep" / "empty").touch()
    return folder


def packed(folder) -> bytes:
    stream = BytesIO()
    pack(folder, stream)
    return stream.getvalue()


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_arrives_as_it_was_in_place_of_what_was_there(model, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    (here / "old").write_text("to be gone")
    unpack(BytesIO(packed(model)), here, None)
    assert files(here) == files(model) and len(files(here)) == 2


def test_one_that_ends_too_early_changes_nothing_wherever_it_was_cut(model, tmp_path):
    here, whole = tmp_path / "here", packed(model)
    here.mkdir()
    (here / "old").write_text("stays")
    cuts = list(range(0, len(whole.rstrip(b"\0")) - 512, 512))
    assert len(cuts) > 50
    for cut in cuts:
        with pytest.raises(IncompleteArchive):
            unpack(BytesIO(whole[:cut]), here, None)
        assert files(here) == {"old": b"stays"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_links_to_an_encoder_point_to_the_one_that_is_here(model, tmp_path):
    for place in ("theirs", "ours"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "big").write_text(place * 10_000)
    (model / "encoder").mkdir()
    (model / "encoder" / "big").symlink_to(tmp_path / "theirs" / "big")
    stream = packed(model)
    assert b"theirstheirs" not in stream, "an encoder of many megabytes does not travel with each probe"
    unpack(BytesIO(stream), tmp_path / "here", tmp_path / "ours")
    assert (tmp_path / "here" / "encoder" / "big").read_text() == "ours" * 10_000


def test_without_its_encoder_a_model_is_of_no_use_and_not_put_there(model, tmp_path):
    (model / "encoder").mkdir()
    (model / "encoder" / "big").symlink_to(tmp_path / "theirs")
    with pytest.raises(IncompleteArchive, match="its pretrained encoder is not on this machine"):
        unpack(BytesIO(packed(model)), tmp_path / "here", None)
    assert not (tmp_path / "here").exists()


def test_nothing_is_written_outside_of_the_folder(tmp_path):
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w|") as archive:
        archive.addfile(tarfile.TarInfo("../outside"), BytesIO())
    with pytest.raises(IncompleteArchive):
        unpack(BytesIO(stream.getvalue()), tmp_path / "here", None)
    assert list(tmp_path.iterdir()) == []


def test_links_lead_nowhere_but_into_the_encoder(tmp_path):
    for name in ("../../outside", "/outside", "encoder/../../outside", "weights"):
        stream, link = BytesIO(), tarfile.TarInfo(name)
        link.type = tarfile.SYMTYPE
        with tarfile.open(fileobj=stream, mode="w|") as archive:
            archive.addfile(link)
            archive.addfile(tarfile.TarInfo(END))
        with pytest.raises(IncompleteArchive, match="it has a link"):
            unpack(BytesIO(stream.getvalue()), tmp_path / "here", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_of_two_that_fill_the_same_folder_none_leaves_half_of_it(model, tmp_path):
    """The second one clears away what the first one has staged; a large file comes after the other."""
    (model / "z").write_bytes(bytes(3 * BLOCK))

    class Slow(BytesIO):
        def read(self, size: int = -1) -> bytes:
            if self.tell() == BLOCK:
                shutil.rmtree(tmp_path / ".here.new")
            return super().read(size)

    with pytest.raises(IncompleteArchive, match="another process"):
        unpack(Slow(packed(model)), tmp_path / "here", None)
    assert not (tmp_path / "here").exists()


def test_an_empty_folder_is_none_that_could_be_copied(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError):
            pack(folder, BytesIO())


def test_a_disk_that_refuses_it_is_told_as_such(model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError):
        unpack(BytesIO(packed(model)), tmp_path / "file" / "here", None)
