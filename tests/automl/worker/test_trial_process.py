"""Trials in forked processes: the same numbers, and no death that leaves anybody behind."""

import gc
import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from automl.worker import fork_server_process
from automl.worker.fork_client import ForkDied
from automl.worker.fork_server import ADDRESS_VARIABLE, fork_server
from automl.worker.messages import BeginTrials
from automl.worker.request_loop import RequestLoop
from automl.worker.trial_process import TrialProcess
from tests.trials.toy import toy_dataset, toy_job
from tests.waiting import wait_until
from trials.errors import CheckpointError
from trials.protocol import TrialEnd
from trials.run import run_trial

pytestmark = pytest.mark.integration

DATA = toy_dataset()


@pytest.fixture(scope="module")
def server():
    with fork_server() as address:
        yield address


@pytest.fixture
def process(server, monkeypatch):
    monkeypatch.setenv(ADDRESS_VARIABLE, server)
    made = TrialProcess()
    yield made
    made.end()


def reports_of(process):
    while True:
        report = process.next_reports().reports[0].report
        yield report
        if report.end is not None:
            return


def pid_of(process) -> int:
    return process._process.pid


def test_a_trial_gives_what_it_gives_in_any_process(process, tmp_path):
    here = list(run_trial(toy_job(tmp_path / "here"), DATA))
    for name in ("first", "second"):  # the second reads the data of the first
        process.begin([toy_job(tmp_path / name)], DATA)
        there = list(reports_of(process))
        assert [report.evaluation.metrics for report in there] == [report.evaluation.metrics for report in here]
        assert [report.evaluation.train_loss for report in there] == [report.evaluation.train_loss for report in here]
        assert there[-1].end == TrialEnd.COMPLETED


def test_a_trial_can_be_left_half_way(process, tmp_path):
    process.begin([toy_job(tmp_path / "left")], DATA)
    first = process.next_reports().reports[0].report
    process.leave()
    process.begin([toy_job(tmp_path / "next")], DATA)
    assert process.next_reports().reports[0].report.evaluation.metrics == first.evaluation.metrics


def test_a_worker_is_forked_from_the_server_and_inherits_its_imports(server, process):
    parent = psutil.Process(pid_of(process)).parent()
    assert "automl.worker.fork_server_process" in parent.cmdline()
    assert parent.ppid() == os.getpid()


def test_a_trial_sees_the_environment_of_its_ray_worker(tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert RequestLoop().answer(BeginTrials((toy_job(tmp_path),), 1, DATA, {"CUDA_VISIBLE_DEVICES": "3"})) is None
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "3"


def test_a_disk_that_refuses_is_told(process, tmp_path):
    (tmp_path / "file").write_text("in the way")
    process.begin([toy_job(tmp_path / "file")], DATA)
    with pytest.raises(CheckpointError):
        list(reports_of(process))
    process.begin([toy_job(tmp_path / "fine")], DATA)
    assert process.next_reports().reports[0].report.evaluation, "and the process is as good as before"


def test_a_killed_process_is_told_and_replaced(process, tmp_path):
    os.kill(pid_of(process), signal.SIGKILL)
    with pytest.raises(ForkDied):
        process.begin([toy_job(tmp_path)], DATA)
    again = TrialProcess()
    assert again.resident_bytes > 0
    again.end()


OWNER = """
import time
from automl.worker.messages import BeginTrials
from automl.worker.request_loop import RequestLoop
from automl.worker.trial_process import TrialProcess
processes = [TrialProcess(), TrialProcess()]
print(*(process._process.pid for process in processes), flush=True)
time.sleep(60)
"""


def owner(**settings):
    """Another program that has two trial processes, and their ids."""
    started = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}
    )
    return started, [psutil.Process(int(word)) for word in started.stdout.readline().split()]


def test_processes_die_with_their_owner_even_when_they_are_frozen(server):
    started, forks = owner(**{ADDRESS_VARIABLE: server})
    forks[0].suspend()
    started.kill()
    started.wait()
    wait_until(lambda: not any(fork.is_running() for fork in forks))


@pytest.mark.slow
def test_without_a_server_they_bring_one_which_dies_with_its_owner(monkeypatch):
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    started, forks = owner()
    servers = psutil.Process(started.pid).children()
    assert servers
    started.kill()
    started.wait()
    wait_until(lambda: not any(each.is_running() for each in [*forks, *servers]))


def test_all_forks_die_with_the_server():
    with fork_server() as address:
        started, forks = owner(**{ADDRESS_VARIABLE: address})
        assert all(fork.is_running() for fork in forks)
    wait_until(lambda: not any(fork.is_running() for fork in forks))
    started.kill()
    started.wait()


def test_no_address_is_there_before_its_server_listens(tmp_path, monkeypatch):
    seen = []

    class Listener(socket.socket):
        def listen(self):
            seen.append((tmp_path / "socket").exists())
            super().listen()
            raise KeyboardInterrupt

    monkeypatch.setattr(socket, "socket", Listener)
    monkeypatch.setattr(fork_server_process, "be_called", lambda name: None)
    with pytest.raises(KeyboardInterrupt):
        fork_server_process.main(str(tmp_path / "socket"))
    gc.enable()
    assert seen == [False]
