"""What a process asks Linux for."""

import multiprocessing
import os
import select
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from trials.hardware.process_control import be_called

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


PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""
CHILD = """
import os, signal, sys, time
from trials.hardware import die_with_parent
die_with_parent(signal.{signal})
os.execv(sys.executable, [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"])
"""


@pytest.mark.parametrize("by", ["SIGKILL", "SIGTERM"])
def test_a_process_dies_with_its_parent_also_after_an_exec(by):
    command = [sys.executable, "-c", PARENT, CHILD.format(signal=by)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        child = os.pidfd_open(int(parent.stdout.readline()))
        try:
            parent.kill()
            assert select.select([child], [], [], 30)[0], "the child lives on"
        finally:
            os.close(child)
