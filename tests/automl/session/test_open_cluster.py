from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from automl.cluster import Slots
from automl.cluster.resource_request import ResourceRequest
from automl.config.schema import Experiment
from automl.core import usable_cores
from automl.session import open_cluster
from automl.session.open_cluster import existing_cluster, opened_cluster, slots


def experiment(**resources: object) -> Experiment:
    return Experiment(data={"source": "bbc-news"}, resources=resources)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was asked of a cluster, instead of starting or joining one."""
    asked: list[object] = []

    def note(*arguments: object) -> object:
        asked.extend(arguments)
        return nullcontext("a cluster")

    monkeypatch.setattr(open_cluster, "start_local_cluster", note)
    monkeypatch.setattr(open_cluster, "joined_cluster", note)
    monkeypatch.setattr(open_cluster, "workers_ready", lambda: nullcontext(None))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    return asked


def test_a_cluster_that_is_named_is_joined_and_else_one_is_started(asked):
    said: list[str] = []
    with existing_cluster(experiment(address="head:6379"), said.append) as cluster:
        assert cluster == "a cluster"
        with opened_cluster(experiment(), cluster) as opened:
            assert opened is cluster
    address, request, _ = asked
    assert (address, request) == ("head:6379", ResourceRequest(None, 1, None, None, None))
    asked.clear()
    with existing_cluster(experiment(), said.append) as cluster:
        assert cluster is None
        with opened_cluster(experiment(), cluster) as opened:
            assert opened == "a cluster"
    assert asked == [ResourceRequest(None, 1, None, None, None)]


def test_the_cluster_is_asked_for_what_the_experiment_says(asked):
    with opened_cluster(experiment(slots=3, cpus_per_trial=2, gpus_per_trial=0.5, gpu_memory=1.5), None):
        pass
    assert asked == [ResourceRequest(slots=3, cpus=2, gpus=0.5, gpu_bytes=1_500_000_000, gpu_model=None)]


def test_before_a_cluster_has_started_the_slots_are_an_estimate():
    assert slots(experiment(slots=3), None) == 3
    assert slots(experiment(), None) == int(usable_cores())
    assert slots(experiment(cpus_per_trial=10_000), None) == 1, "a trial that is too large is told later"
    assert slots(experiment(slots=3), SimpleNamespace(slots=Slots(7, 1.0, 0.0))) == 7
