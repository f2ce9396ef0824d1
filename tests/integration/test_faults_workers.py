"""Workers that hang, and nodes that vanish: their trials go on elsewhere, from their last evaluation."""

import signal

import psutil
import pytest

from tests.integration.command import automl
from tests.integration.running import OFTEN, record, steps
from trials.protocol import TrialEnd

pytestmark = pytest.mark.slow


def test_a_worker_that_hangs_is_replaced(tmp_path, running):
    searching = running(
        "--trials", 1, "--slots", 1, "--epochs", 30, "--set", "trial.report_timeout=6s"
    )  # fmt: skip
    searching.wait_for("trial 0 at 11%")
    (worker,) = searching.workers()
    worker.send_signal(signal.SIGSTOP)
    assert searching.end() == 0, searching.said
    assert "no report for" in searching.said
    (trial,) = record(tmp_path).trials
    assert trial.end == TrialEnd.COMPLETED
    assert steps(trial) == list(OFTEN)
    assert "trial 0 at 1%" not in searching.said.partition("no report for")[2], "it went on where it was"


@pytest.mark.parametrize("vital", ["raylet", "gcs_server"])
def test_a_ray_that_dies_ends_the_search_with_a_word_and_loses_nothing(tmp_path, running, vital):
    searching = running("--trials", 2, "--epochs", 40, "--pruner", "none")
    searching.wait_for("trial 0 at 33%")
    (victim,) = [child for child in psutil.Process(searching.process.pid).children() if child.name() == vital]
    victim.kill()
    assert searching.end() in {0, 1}
    assert "a process of Ray has died" in searching.said
    assert "automl resume s" in searching.said
    resumed = automl("resume", "s", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    trials = record(tmp_path).trials
    assert [trial.end for trial in trials] == [TrialEnd.COMPLETED] * 2
    assert "trial 0 at 11%" not in resumed.stdout
