from pathlib import Path

import pytest

from trials.files.atomic_folder import restore, staging_of, swap_in


def put(folder: Path, text: str) -> None:
    folder.mkdir(parents=True)
    (folder / "file").write_text(text)


def test_what_is_staged_takes_the_place(tmp_path: Path) -> None:
    folder = tmp_path / "00001"
    for text in ("first", "second"):
        put(staging_of(folder), text)
        swap_in(folder)
        assert (folder / "file").read_text() == text
        assert [path.name for path in tmp_path.iterdir()] == ["00001"]


def test_a_kill_between_the_two_moves_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "00001"
    put(folder, "first")
    put(staging_of(folder), "second")
    replace = Path.replace

    def killed(self: Path, target: Path) -> None:
        if target == folder:
            raise KeyboardInterrupt
        replace(self, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", killed)
        swap_in(folder)
    assert not folder.exists()
    restore(folder)
    assert (folder / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["00001"]


def test_what_killed_saves_left_goes(tmp_path: Path) -> None:
    folder = tmp_path / "00001"
    put(folder, "whole")
    put(staging_of(folder), "half")
    put(tmp_path / ".00001.old", "older")
    restore(folder)
    assert (folder / "file").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["00001"]
    restore(tmp_path / "nothing")
