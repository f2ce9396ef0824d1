"""Clusters that cannot be joined, and where their pace is measured; tests/integration/test_cluster.py has real ones."""

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from automl.cluster import Slots, remote_cluster
from automl.cluster.remote_cluster import cluster_pace, joined_cluster
from automl.cluster.resource_request import ResourceRequest
from automl.core.errors import UsageError, WorkspaceError
from trials.protocol import PaceJob


@pytest.fixture(autouse=True)
def settings_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's settings of this process are not for the tests to change."""
    monkeypatch.setattr(remote_cluster, "prepare_ray", lambda **_: None)


@pytest.fixture
def head() -> Iterator[int]:
    """The port of something that listens, and is no cluster."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def join(address: str) -> list[str]:
    said: list[str] = []
    with joined_cluster(address, ResourceRequest(), said.append):
        pytest.fail("it has joined")


def test_a_head_that_does_not_answer_is_told_with_what_to_do(head):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    with pytest.raises(UsageError, match=rf"must answer at 127\.0\.0\.1:{free}, but: .*ray start --head"):
        join(f"127.0.0.1:{free}")
    with pytest.raises(UsageError, match=r"must answer at no-such-host\.invalid:6379"):
        join("no-such-host.invalid")


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [
        ("no such cluster", WorkspaceError, "but Ray answered: no such cluster"),
        ("authentication failed", UsageError, "ray get-auth-token"),
        ("", WorkspaceError, "but Ray answered: nothing"),
    ],
)
def test_what_ray_says_when_a_node_cannot_join_is_told(head, tmp_path: Path, monkeypatch, words, kind, told):
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{f'echo {words}' if words else ''}\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(remote_cluster.sys, "executable", str(program))
    monkeypatch.setattr(remote_cluster, "POLL_SECONDS", 0.01)
    with pytest.raises(kind, match=told):
        join(f"127.0.0.1:{head}")


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
