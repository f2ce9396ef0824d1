import os
import signal
import subprocess
import sys
from dataclasses import replace

from automl.storage.coordination.process_identity import ProcessIdentity, this_process

SLEEP = [sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"]


def process_of(pid: int) -> ProcessIdentity:
    """What a process would say of itself."""
    code = (
        "from automl.storage.coordination import process_identity; "
        "print(process_identity._start(int(__import__('sys').argv[1])))"
    )
    start = subprocess.run([sys.executable, "-c", code, str(pid)], capture_output=True, text=True, check=True)
    return replace(this_process(), pid=pid, started=start.stdout.strip())


def test_a_process_is_here_until_it_is_dead_even_if_nobody_has_waited_for_it():
    with subprocess.Popen(SLEEP, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        process = process_of(child.pid)
        assert not process.is_gone
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, but a zombie
        assert process.is_gone
    assert process.is_gone


def test_another_process_with_the_same_id_is_another_process():
    assert not this_process().is_gone
    assert replace(this_process(), started="12").is_gone


def test_of_processes_elsewhere_nothing_is_known():
    elsewhere = replace(this_process(), started="12", host="another-machine")
    assert not elsewhere.is_here
    assert not elsewhere.is_gone
    assert not replace(this_process(), started="12", boot_id="another boot").is_gone
    assert not replace(this_process(), started="12", boot_id="").is_gone


def test_a_container_on_the_same_machine_is_elsewhere():
    assert "pid:[" in this_process().boot_id
