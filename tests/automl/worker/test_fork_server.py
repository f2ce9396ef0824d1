"""The life of the server. What its forks do is in test_trial_process.py."""

import os
import subprocess
from pathlib import Path

import pytest

from automl.worker.fork_server import ADDRESS_VARIABLE, fork_server, workers_ready


@pytest.fixture
def started(monkeypatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started, which do not import torch here."""
    started, popen = [], subprocess.Popen

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        assert command[1:3] == ["-m", "automl.worker.fork_server_process"]
        started.append(popen(["sleep", "600"], **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return started


def test_the_server_ends_with_the_block_however_it_ends(started):
    with pytest.raises(ZeroDivisionError), fork_server() as address:
        assert started[0].poll() is None
        assert Path(address).parent.is_dir()
        raise ZeroDivisionError
    assert started[0].poll() is not None
    assert not Path(address).parent.exists()


def test_ctrl_c_does_not_reach_it(started):
    """It is in a session of its own; the search ends it in its own time."""
    with fork_server():
        assert os.getsid(started[0].pid) != os.getsid(0)


def test_workers_that_are_started_within_find_it_and_later_ones_do_not(started, monkeypatch):
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    with workers_ready():
        first = os.environ[ADDRESS_VARIABLE]
    assert ADDRESS_VARIABLE not in os.environ
    with workers_ready():
        assert os.environ[ADDRESS_VARIABLE] != first
    assert len(started) == 2
