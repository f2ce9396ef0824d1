"""Budgets of a new study from a measured pace."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from automl.cluster import Slots
from automl.cluster.gpu import Gpu
from automl.config.schema import Experiment
from automl.core import Budgets, Pace, Workspace, WorkspaceError
from automl.planning import Plan, PreparedData
from automl.session import pace as pace_module
from automl.session.pace import expected_seconds, with_measured_pace
from search_spaces import SPACES, Space
from trials.data.dataset import Split, TextDataset

SPLIT = Split(("a text of five words",) * 100, np.arange(100, dtype=np.int64) % 2)
DATA = TextDataset("toy", ("a", "b"), SPLIT, SPLIT, SPLIT, "f" * 64)


GB = 10**9


def cluster(count: int = 2, gpus: float = 0.0, listed: int | None = None, gigabytes: int = 80) -> SimpleNamespace:
    """A cluster, as far as its slots are concerned; `listed` GPUs are shared by their memory."""
    look = None if listed is None else (lambda: [Gpu("a", None, gigabytes * GB)] * listed)
    return SimpleNamespace(slots=Slots(count, 1.0, gpus), gpus=look, home=None, gpu_model=None)


def plan(tmp_path, **search) -> Plan:
    experiment = Experiment(data={"source": "bbc-news"}, search={"time_budget": 5.0, "trials": 9, **search})
    prepared = PreparedData(DATA, 64, Budgets(100, 100))
    space = Space("auto", SPACES["auto"])
    return Plan(experiment, Workspace(tmp_path), space, prepared, 9, 5.0, 0.0)


@pytest.fixture
def measured(monkeypatch) -> list:
    """The jobs that were measured; each model makes a million tokens a second."""
    jobs = []

    def measure(_cluster, job):
        jobs.append(job)
        return dict.fromkeys(job.points, 1e6)

    monkeypatch.setattr(pace_module, "cluster_pace", measure)
    return jobs


def test_the_plan_has_the_budgets_of_the_measured_pace(tmp_path, measured):
    before = plan(tmp_path)
    after = with_measured_pace(before, cluster(), print)
    assert after.prepared.pace.scratch == 1e6
    assert after.prepared.budgets.scratch == 12 * 100, "the most epochs, on so fast a machine"
    assert after.expected_seconds["finetune"] < before.expected_seconds["finetune"]
    assert with_measured_pace(plan(tmp_path, time_budget=None), cluster(), print).prepared == before.prepared
    assert len(measured) == 1, "without a time budget there is nothing to measure"


@pytest.mark.parametrize(
    ("there", "part"),
    [
        (cluster(8, 1.0, 1), 0.5),
        (cluster(16, 1.0, 1), 0.25),
        (cluster(16, 1.0, 2), 0.5),
        (cluster(16, 1.0, 1, 12), 0.5),
        (cluster(8, 0.125), 0.5),
        (cluster(2, 1.0), 1.0),
    ],
)
def test_trials_share_the_pace_of_a_gpu(tmp_path, measured, there, part):
    assert with_measured_pace(plan(tmp_path), there, print).prepared.pace.scratch == part * 1e6


def test_a_pace_that_cannot_be_measured_is_told_and_the_search_goes_on(tmp_path, monkeypatch):
    def fail(_cluster, _job):
        raise WorkspaceError("the process was killed")

    monkeypatch.setattr(pace_module, "cluster_pace", fail)
    before, said = plan(tmp_path), []
    assert with_measured_pace(before, cluster(), said.append) == before
    assert said == [
        "The pace of training could not be measured, so that of a usual CPU core is assumed: the process was killed"
    ]


def test_nothing_is_expected_of_a_gpu_that_was_not_measured(tmp_path):
    before = plan(tmp_path)
    assert expected_seconds(before, cluster(1, 1.0)) == {}
    assert expected_seconds(before, cluster()) == before.expected_seconds
    known = replace(before, prepared=replace(before.prepared, pace=Pace(scratch=3.0)))
    assert expected_seconds(known, cluster(1, 1.0)) == known.expected_seconds
