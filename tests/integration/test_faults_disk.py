"""A workspace on a disk that fills up, or that becomes read-only."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.command import automl
from tests.integration.running import record, search
from trials.record import TrialEnd


@pytest.fixture
def small_disk(tmp_path: Path):
    """A file system of its own, in memory."""
    place = tmp_path / "a disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def test_a_full_disk_ends_the_search_with_a_message_and_the_study_goes_on_later(small_disk):
    searching = search(small_disk, "--trials", 2, "--epochs", 60, "--pruner", "none")
    try:
        searching.wait_for("trial 0 at 11%")
        with (small_disk / "ballast").open("wb") as ballast:
            room = os.statvfs(small_disk)
            ballast.write(b"x" * (room.f_bavail * room.f_frsize - 100_000))
        assert searching.end() == 2, searching.said
    finally:
        searching.kill()
    assert "Traceback" not in searching.said
    assert "error:" in searching.said
    assert "No space left" in searching.said or "disk is full" in searching.said
    (small_disk / "ballast").unlink()
    resumed = automl("resume", "s", cwd=small_disk)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert [trial.end for trial in record(small_disk).trials] == [TrialEnd.COMPLETED] * 2


def test_a_read_only_workspace_is_refused_and_left_as_it_is(small_disk):
    searching = search(small_disk, "--trials", 1, "--epochs", 4)
    assert searching.end() == 0, searching.said
    before = record(small_disk)
    remount(small_disk, "ro,size=64m")
    try:
        refused = automl("resume", "s", "--trials", "+1", cwd=small_disk)
        new = automl("search", "reviews.csv", "--study", "other", cwd=small_disk)
    finally:
        remount(small_disk, "rw,size=64m")
    for done in (refused, new):
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "error:" in done.stderr
        assert "written" in done.stderr or "read-only" in done.stderr.lower()
    assert record(small_disk) == before
