import os
from pathlib import Path

import pytest

from automl.checkpoints.hardlink_snapshot import snapshot


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model" / "deep").mkdir(parents=True)
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / "model" / "deep" / "weights").write_text("early")
    (tmp_path / "model" / "link").symlink_to(tmp_path / "elsewhere")
    return tmp_path / "model"


def replace(file: Path, text: str) -> None:
    file.with_suffix(".new").write_text(text)
    file.with_suffix(".new").replace(file)


def test_a_snapshot_stays_what_it_was_and_takes_no_room(folder, tmp_path):
    snapshot(folder, tmp_path / "kept")
    assert (tmp_path / "kept/deep/weights").samefile(folder / "deep/weights")
    replace(folder / "deep/weights", "late")
    (folder / "config.json").unlink()
    assert (tmp_path / "kept/deep/weights").read_text() == "early"
    assert (tmp_path / "kept/config.json").read_text() == "{}"
    assert (tmp_path / "kept/link").readlink() == tmp_path / "elsewhere"


def test_where_nothing_can_be_linked_it_is_copied(folder, tmp_path, monkeypatch):
    def refuse(source: str, target: str) -> None:
        raise OSError("cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    snapshot(folder, tmp_path / "kept")
    assert (tmp_path / "kept/deep/weights").read_text() == "early"
    assert not (tmp_path / "kept/deep/weights").samefile(folder / "deep/weights")


def test_half_a_snapshot_is_none(folder, tmp_path, monkeypatch):
    """As when a file vanishes, or the disk is full: here when the second file comes."""
    link = os.link

    def vanish(source: str, target: str) -> None:
        if source.endswith("weights"):
            Path(source).unlink(missing_ok=True)
        link(source, target)

    monkeypatch.setattr(os, "link", vanish)
    with pytest.raises(OSError, match="weights"):
        snapshot(folder, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        snapshot(tmp_path / "nowhere", tmp_path / "kept")
    assert not (tmp_path / "kept").exists()
