"""The pace of this machine is measured in a process of its own."""

from dataclasses import replace

import psutil
import pytest

from automl.core.errors import WorkspaceError
from automl.worker.fork_client import Fork, ForkDied
from automl.worker.fork_server import workers_ready
from automl.worker.pace_process import training_pace
from tests.trials.toy import toy_point
from trials.protocol import PaceJob

JOB = PaceJob(
    points={"own": toy_point()},
    texts=("ball word1 word2", "vote word3 word4"),
    max_length=24,
    classes=2,
    seconds=1e-9,
    precision="fp32",
    device="cpu",
)


@pytest.fixture(scope="module", autouse=True)
def server():
    with workers_ready():
        yield


def test_each_model_has_its_pace_and_no_process_stays():
    point = toy_point("bert/cls")
    pace = training_pace(replace(JOB, points={"one": toy_point(), "two": point}))
    assert set(pace) == {"one", "two"} and all(found.alone > 0 for found in pace.values())
    forks = [each for each in psutil.Process().children(recursive=True) if each.name() == "automl-trial"]
    assert psutil.wait_procs(forks, timeout=10)[1] == []


def test_why_it_could_not_be_measured_is_told_in_one_line():
    lost = replace(toy_point().architecture, family="no such family")
    with pytest.raises(WorkspaceError, match="There is no model family 'no such family'") as raised:
        training_pace(replace(JOB, points={"own": replace(toy_point(), architecture=lost)}))
    assert "\n" not in str(raised.value)


def test_a_process_that_is_killed_is_no_end_of_the_search(monkeypatch):
    def killed(fork, request):
        raise ForkDied("the process was killed")

    monkeypatch.setattr(Fork, "ask", killed)
    with pytest.raises(WorkspaceError, match="was killed"):
        training_pace(JOB)
