import errno
import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from trials.files.advisory_lock import file_lock, held


def count(lock: str, counter: str, times: int) -> None:
    for _ in range(times):
        with file_lock(Path(lock), wait_seconds=30):
            before = int(Path(counter).read_text())
            Path(counter).write_text(str(before + 1))


def test_there_is_one_holder_at_a_time_though_the_file_comes_and_goes(tmp_path):
    lock, counter = tmp_path / "lock", tmp_path / "counter"
    counter.write_text("0")
    spawn = multiprocessing.get_context("fork")
    others = [spawn.Process(target=count, args=(str(lock), str(counter), 100)) for _ in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert counter.read_text() == "300"
    assert not lock.exists()


def test_a_lock_that_is_held_is_refused_after_the_wait(tmp_path):
    with file_lock(tmp_path / "lock"), pytest.raises(BlockingIOError), file_lock(tmp_path / "lock", 0.1):
        pass
    assert not (tmp_path / "lock").exists()


def test_a_file_that_a_dead_holder_left_is_no_lock(tmp_path):
    (tmp_path / "lock").touch()
    with file_lock(tmp_path / "lock"):
        pass
    assert not (tmp_path / "lock").exists()


HOLDER = """
import os, sys, time
from pathlib import Path
from trials.files import file_lock
with file_lock(Path(sys.argv[1])):
    if os.fork() == 0:
        print(os.getpid(), flush=True)  # by now it has let go of what it has inherited
    time.sleep(60)
"""


def test_a_killed_holder_has_no_lock_any_more_though_a_process_that_it_forked_lives(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    with holder:
        child = int(holder.stdout.readline())
        try:
            with held(tmp_path / "lock") as ours:
                assert not ours
            holder.kill()
            holder.wait()
            with held(tmp_path / "lock") as ours:
                assert ours
        finally:
            os.kill(child, signal.SIGKILL)


def test_where_there_are_no_locks_a_try_succeeds_and_a_demand_fails(tmp_path, monkeypatch):
    def refused(file, operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refused)
    with held(tmp_path / "lock") as ours:
        assert ours
    with pytest.raises(OSError, match="No locks available"), file_lock(tmp_path / "lock"):
        pass


def test_it_is_free_after_the_block_also_if_that_fails(tmp_path):
    with pytest.raises(KeyError), held(tmp_path / "lock") as ours:
        assert ours
        with held(tmp_path / "lock") as again:
            assert not again, "not even for the same process"
        raise KeyError
    with held(tmp_path / "lock") as ours:
        assert ours


@pytest.mark.parametrize("place", ["file/lock", "folder"])
def test_where_the_file_cannot_be_written_everyone_has_it(tmp_path, place):
    """A cache of another user, for instance: its trials must not fail."""
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    with held(tmp_path / place) as ours, held(tmp_path / place) as again:
        assert ours and again
