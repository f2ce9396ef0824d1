"""A workspace on a disk that fills up, or that becomes read-only."""

import os
import subprocess
from pathlib import Path

import pytest

from automl.storage.study_store import sqlite_url
from tests.integration.command import automl
from tests.integration.running import record, search
from trials.protocol import TrialEnd


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


def study(place: Path):
    return record(place, url=sqlite_url(place))


@pytest.mark.slow
def test_a_full_disk_ends_the_search_with_a_message_and_the_study_goes_on_later(tmp_path, small_disk):
    words = ["--trials", 2, "--epochs", 60, "--pruner", "none", "--workspace", small_disk]
    searching = search(tmp_path, *words)
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
    resumed = automl("resume", "s", "--workspace", small_disk, cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert [trial.end for trial in study(small_disk).trials] == [TrialEnd.COMPLETED] * 2


@pytest.mark.slow
def test_a_read_only_workspace_is_refused_and_left_as_it_is(tmp_path, small_disk):
    searching = search(tmp_path, "--trials", 1, "--epochs", 4, "--workspace", small_disk)
    assert searching.end() == 0, searching.said
    before = study(small_disk)
    remount(small_disk, "ro,size=64m")
    try:
        refused = automl("resume", "s", "--trials", "+1", "--workspace", small_disk, cwd=tmp_path)
        new = automl("search", "reviews.csv", "--study", "other", "--workspace", small_disk, cwd=tmp_path)
    finally:
        remount(small_disk, "rw,size=64m")
    for done in (refused, new):
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "must be a folder that can be written to" in done.stderr
    assert study(small_disk) == before
