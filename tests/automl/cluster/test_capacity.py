"""How many trials a cluster has room for."""

import pytest

from automl.cluster import capacity
from automl.cluster.capacity import SECONDS_BETWEEN_COUNTS, ClusterCapacity
from automl.cluster.resource_request import ResourceRequest
from automl.core.errors import UsageError
from tests.clock import Clock


def node(cpus=0.0, gpus=0.0, *, alive=True):
    return {"Alive": alive, "Resources": {"CPU": cpus, "GPU": gpus} if gpus else {"CPU": cpus}}


def counted(nodes, cpus=1.0, gpus=None, most=None):
    return ClusterCapacity(ResourceRequest(most, cpus, gpus), lambda: nodes).count()


def test_a_trial_must_fit_one_node_whole():
    nodes = [node(0), node(3), node(1), node(8, alive=False)]
    assert counted(nodes) == 4
    assert counted(nodes, cpus=2.0) == 1, "half a trial on each of two nodes is none"
    assert counted(nodes, most=3) == 3


def test_where_there_are_gpus_each_trial_gets_one():
    nodes = [node(8, 2), node(4)]
    assert counted(nodes) == 2
    assert counted(nodes, gpus=0.25) == 8
    assert counted(nodes, gpus=0.0) == 12


def test_where_trials_share_gpus_by_memory_cores_limit_how_many_run():
    nodes = [node(16, 1), node(4)]
    counting = ClusterCapacity(ResourceRequest(), lambda: nodes)
    assert counting.count() == 1
    counting.share()
    assert counting.count() == 20, "on other nodes run those that need no GPU"
    limited = ClusterCapacity(ResourceRequest(6, 2.0), lambda: nodes)
    limited.share()
    assert limited.count() == 6


def test_nodes_that_come_and_go_are_counted_again():
    nodes, clock = [node(1)], Clock()
    counting = ClusterCapacity(ResourceRequest(), lambda: nodes, clock)
    assert counting.count() == 1
    nodes.append(node(2))
    assert counting.count() == 1, "Ray is asked now and then only"
    clock.now += SECONDS_BETWEEN_COUNTS
    assert counting.count() == 3


def test_a_cluster_that_gets_no_room_is_refused(monkeypatch):
    clock, said = Clock(), []
    monkeypatch.setattr(capacity.time, "sleep", clock.sleep)
    nodes = [node(0), node(2)]
    with pytest.raises(UsageError, match=r"room for a trial of 4 cores, but its nodes have: 0 cores, 0 GPUs; 2 cores"):
        ClusterCapacity(ResourceRequest(cpus=4.0), lambda: nodes, clock).awaited(said.append)
    assert said == ["Waiting until the cluster has free resources for a trial of 4 cores"]


def test_a_cluster_whose_nodes_are_still_starting_is_waited_for(monkeypatch):
    nodes = []
    clock = Clock(lambda: nodes.append(node(2)) if clock.now > began + 20 else None)
    began = clock.now
    monkeypatch.setattr(capacity.time, "sleep", clock.sleep)
    slots = ClusterCapacity(ResourceRequest(), lambda: nodes, clock).awaited(lambda _: None)
    assert (slots.count, slots.cpus, slots.gpus) == (2, 1.0, 0.0)


def test_a_model_of_gpu_that_no_node_has_is_waited_for_and_then_told(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(capacity.time, "sleep", clock.sleep)
    other = node(8, 2)
    other["Resources"]["accelerator_type:T4"] = 1.0
    with pytest.raises(UsageError, match=r"1 cores and 1 GPUs of the model a100, .*: 8 cores, 2 GPUs \(T4\)"):
        ClusterCapacity(ResourceRequest(gpu_model="a100"), lambda: [other], clock).awaited(lambda _: None)
