"""Where the pace is measured; `tests/integration/test_cluster.py` does it on a node of a real cluster."""

from types import SimpleNamespace

import pytest

from automl.cluster import Slots, remote_cluster
from automl.cluster.remote_cluster import cluster_pace
from automl.core import WorkspaceError
from trials.protocol import PaceJob

JOB = PaceJob(points={}, texts=("a",), max_length=8, classes=2)


def cluster(**fields) -> SimpleNamespace:
    return SimpleNamespace(**{"slots": Slots(2, 2.0, 0.5), "home": "node", "gpu_model": None, **fields})


def test_alone_this_machine_is_measured_itself(monkeypatch):
    monkeypatch.setattr(remote_cluster, "training_pace", lambda job: {"measured": float(len(job.texts))})
    assert cluster_pace(cluster(home=None), JOB) == {"measured": 1.0}


@pytest.fixture
def asked(monkeypatch) -> list:
    """What Ray is asked for; its answer is an error."""
    import ray

    given = []

    def remote(**options):
        given.append(options)
        return lambda _function: SimpleNamespace(remote=lambda _job: "waiting")

    def get(waiting, timeout):
        given.append(timeout)
        raise ray.exceptions.GetTimeoutError("no node\nwas free")

    monkeypatch.setattr(ray, "remote", remote)
    monkeypatch.setattr(ray, "get", get)
    monkeypatch.setattr(ray, "cancel", lambda waiting, force: given.append((waiting, force)))
    return given


def test_on_a_cluster_it_takes_what_a_trial_takes_and_is_not_waited_for_forever(asked):
    with pytest.raises(WorkspaceError, match="no node") as raised:
        cluster_pace(cluster(gpu_model="A100"), JOB)
    options, timeout, cancelled = asked
    assert (options["num_cpus"], options["num_gpus"]) == (2.0, 0.5)
    assert list(options["resources"]) == ["accelerator_type:A100"]
    assert 10 < timeout < 300
    assert cancelled == ("waiting", True), "what nobody waits for must not take a GPU from the trials"
    assert "\n" not in str(raised.value)
