import os
import select
import subprocess
import sys

import pytest

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
