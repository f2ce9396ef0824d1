"""A lock between processes, which ends with its holder."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from trials.files.file_lock import held


def hold(lock: Path, line: Connection) -> None:
    with held(lock) as ours:
        line.send(ours)
        line.recv()


def test_one_process_has_it_until_that_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    line, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=hold, args=(lock, its), daemon=True)
    process.start()
    assert line.recv()
    with held(lock) as ours:
        assert not ours
    process.kill()
    process.join()
    with held(lock) as ours:
        assert ours
    assert lock.exists()


def test_it_is_free_after_the_block_also_if_that_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyError), held(tmp_path / "lock") as ours:
        assert ours
        with held(tmp_path / "lock") as again:
            assert not again, "not even for the same process"
        raise KeyError
    with held(tmp_path / "lock") as ours:
        assert ours


@pytest.mark.parametrize("place", ["missing/lock", "file/lock", "folder"])
def test_where_the_file_cannot_be_written_everyone_has_it(tmp_path: Path, place: str) -> None:
    """A cache of another user, for instance: its trials must not fail."""
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    with held(tmp_path / place) as ours, held(tmp_path / place) as again:
        assert ours and again
