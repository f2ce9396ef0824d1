"""A second place for what is handed over: on disk, and by an address that only fsspec knows."""

import fsspec
import pytest

from automl.errors import WorkspaceError
from automl.export.storage_path import send, storage_path_problems


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
    assert storage_path_problems("memory://bucket/automl") == []
    send(best, "memory://bucket/automl", "study")
    assert fsspec.filesystem("memory").cat("/bucket/automl/study/best/automl.json") == b"{}"


def test_a_place_that_takes_nothing_is_told_before_and_after(best, tmp_path):
    (tmp_path / "file").write_text("in the way")
    place = str(tmp_path / "file")
    (problem,) = storage_path_problems(place)
    assert problem.startswith("The storage path must be a folder or an address such as s3://bucket/folder")
    assert repr(place) in problem
    with pytest.raises(WorkspaceError, match=r"must be copied to .* but that failed: .*; it is in "):
        send(best, place, "study")


def test_an_unknown_kind_of_address_is_told():
    (problem,) = storage_path_problems("nonsense://bucket")
    assert "trying 'nonsense://bucket' gave: " in problem


def test_a_password_in_it_is_refused_and_not_repeated():
    (problem,) = storage_path_problems("s3://key:secret@bucket/folder")
    assert "without a password" in problem
    assert "secret" not in problem


def test_trying_leaves_nothing_behind(tmp_path):
    assert storage_path_problems(str(tmp_path)) == []
    assert not list(tmp_path.iterdir())
