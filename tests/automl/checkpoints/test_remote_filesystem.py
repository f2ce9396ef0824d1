"""A second place for what is handed over: on disk, and by an address that only fsspec knows."""

import fsspec
import pytest

from automl.checkpoints.remote_filesystem import folder_of, is_folder, refusal_of, send
from automl.core.errors import WorkspaceError


@pytest.fixture
def best(tmp_path):
    folder = tmp_path / "study" / "best"
    (folder / "encoder").mkdir(parents=True)
    (folder / "automl.json").write_text("{}")
    (folder / "encoder" / "config.json").write_text("[]")
    return folder


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_all_of_it_is_copied_to_a_folder_in_place_of_what_was_there(best, tmp_path, scheme):
    there = tmp_path / "shared"
    stale = there / "study" / "best" / "model.safetensors"
    stale.parent.mkdir(parents=True)
    stale.write_text("of an earlier winner")
    assert send(best, f"{scheme}{there}", "study") == f"{scheme}{there}/study/best"
    found = {path.relative_to(there / "study" / "best").as_posix() for path in there.rglob("*") if path.is_file()}
    assert found == {"automl.json", "encoder/config.json"}
    assert best.is_dir()


def test_what_pyarrow_does_not_know_goes_by_fsspec(best):
    assert refusal_of("memory://bucket/automl") is None
    assert not fsspec.filesystem("memory").find("/bucket"), "trying leaves nothing behind"
    send(best, "memory://bucket/automl", "study")
    assert fsspec.filesystem("memory").cat("/bucket/automl/study/best/automl.json") == b"{}"


def test_a_place_that_takes_nothing_keeps_the_model_and_is_told(best, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError, match=r"must be copied to .* but that failed: .*; it is in "):
        send(best, str(tmp_path / "file"), "study")
    assert (best / "automl.json").is_file()


def test_an_unknown_kind_of_address_is_told():
    assert refusal_of("nonsense://bucket").startswith("trying gave: ")


@pytest.mark.parametrize(
    ("place", "folder"), [("/a/b", "/a/b"), ("file:///a/b%20c", "/a/b c"), ("s3://bucket/a", None)]
)
def test_a_folder_is_told_from_an_address(place, folder):
    assert is_folder(place) == (folder is not None)
    if folder is not None:
        assert str(folder_of(place)) == folder
