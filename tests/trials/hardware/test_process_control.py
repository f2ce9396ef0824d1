"""What a process asks Linux for."""

import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from trials.hardware.process_control import be_called, die_with_parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")

FORK = multiprocessing.get_context("fork")


def tell_name(name: bytes, line: Connection) -> None:
    be_called(name)
    line.send(Path("/proc/self/comm").read_bytes())


@pytest.mark.parametrize(("name", "shown"), [(b"automl-mate", b"automl-mate"), (b"x" * 30, b"x" * 15)])
def test_a_process_is_shown_under_its_name(name: bytes, shown: bytes) -> None:
    line, its = FORK.Pipe()
    process = FORK.Process(target=tell_name, args=(name, its))
    process.start()
    assert line.recv() == shown + b"\n"
    process.join()


def have_child(line: Connection) -> None:
    """Starts a process that would never end by itself, and waits for what comes."""
    child = os.fork()
    if child == 0:
        die_with_parent()
        line.send(os.getpid())
        signal.pause()
    signal.pause()


def test_a_process_is_killed_with_its_parent() -> None:
    line, its = FORK.Pipe()
    parent = FORK.Process(target=have_child, args=(its,), daemon=True)
    parent.start()
    its.close()
    child = line.recv()
    parent.kill()
    parent.join()
    try:
        assert line.poll(20), f"process {child} lives on"
        with pytest.raises(EOFError):  # nobody has the other end any more
            line.recv()
    except AssertionError:
        os.kill(child, signal.SIGKILL)
        raise
