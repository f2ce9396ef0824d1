"""Ray's ports: on loopback only, and behind a token."""

import ipaddress
import os
import subprocess
import sys
import urllib.error
import urllib.request

import psutil
import pytest

from automl.cluster.local_cluster import Slots, gpus_of, prepare_ray, slots_of
from automl.cluster.resource_request import ResourceRequest
from automl.core.errors import UsageError

pytestmark = pytest.mark.integration

STRANGER = """
import sys
import ray
try:
    ray.init(address=sys.argv[1], log_to_driver=False, logging_level="ERROR")
except Exception as error:
    sys.exit(f"refused: {type(error).__name__}: {error}")
"""

TRIES_ONCE = {"RAY_NUM_REDIS_GET_RETRIES": "1"}
"""Without it, Ray asks again for twenty seconds before it says that it was refused."""

INSIDE = """
import subprocess
import sys
import time
from automl.cluster.local_cluster import start_local_cluster
from automl.cluster.resource_request import ResourceRequest
with start_local_cluster(ResourceRequest(slots=1)) as cluster:
    import ray
    ray.get(ray.remote(lambda: 1).remote())
    print(ray.get_runtime_context().gcs_address, cluster.dashboard_url, flush=True)
    sys.stdin.readline()
    from ray._private.utils import publish_error_to_driver
    from ray._private.worker import global_worker
    publish_error_to_driver("node_died", "The node has been marked dead", global_worker.gcs_client)
    time.sleep(2)
    print("still quiet", flush=True)
    sys.stdin.read()
    asked = []
    subprocess.Popen.terminate = lambda process: asked.append(process.pid)
print(len(asked), flush=True)
"""


@pytest.fixture(scope="module")
def cluster():
    """A process that has a local cluster, the cluster's address and its dashboard's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    command = [sys.executable, "-c", INSIDE]
    with subprocess.Popen(command, env=environment, stdin=-1, stdout=-1, stderr=-1, text=True) as process:
        address, dashboard = process.stdout.readline().split()
        started = psutil.Process(process.pid).children(recursive=True)
        yield process, address, dashboard
        process.stdin.close()
        asked = process.stdout.readline().strip()
        assert process.wait(60) == 0, process.stderr.read()
        assert asked == "0", "each process of Ray that is asked to end is waited for in vain for a second"
        assert started and psutil.wait_procs(started, timeout=30)[1] == []


def test_every_port_is_on_loopback(cluster):
    process, _, _ = cluster
    owner = psutil.Process(process.pid)
    ports = [
        (family.name(), connection.laddr.ip)
        for family in [owner, *owner.children(recursive=True)]
        for connection in family.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(ports) >= 5
    addresses = {(name, ipaddress.ip_address(ip.removeprefix("::ffff:"))) for name, ip in ports}
    assert [name for name, address in addresses if not address.is_loopback] == []


def test_whoever_has_no_token_is_refused(cluster):
    _, address, dashboard = cluster
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{dashboard}/api/jobs/", timeout=10)
    assert refused.value.code == 401
    done = subprocess.run(
        [sys.executable, "-c", STRANGER, address],
        env={**os.environ, "RAY_AUTH_MODE": "disabled", **TRIES_ONCE, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "token is missing or incorrect" in done.stderr


def test_what_ray_says_of_its_nodes_does_not_stand_among_the_lines_of_the_search(cluster):
    process, _, _ = cluster
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "still quiet\n"


def test_the_token_cannot_be_turned_off_in_passing(monkeypatch):
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with pytest.raises(UsageError, match="RAY_AUTH_MODE must be 'token' or not be set, not 'disabled'"):
        prepare_ray()
    monkeypatch.setenv("RAY_AUTH_MODE", "Token")
    prepare_ray()


def test_a_model_of_gpu_that_this_machine_does_not_have_is_refused():
    with pytest.raises(UsageError, match=r"a model of GPU that this machine has \(T4\), not 'A100'"):
        gpus_of({"CPU": 8.0, "GPU": 1.0, "accelerator_type:T4": 1.0}, ResourceRequest(gpu_model="A100"))
    assert gpus_of({"CPU": 8.0, "GPU": 2.0, "accelerator_type:T4": 1.0}, ResourceRequest(gpu_model="T4")) == 2.0


def test_where_trials_share_gpus_by_memory_cores_limit_how_many_run():
    assert slots_of(ResourceRequest(), 16, 1.0, shared=True) == Slots(16, 1.0, 1.0)
    assert slots_of(ResourceRequest(cpus=2.0), 16, 2.0, shared=True) == Slots(8, 2.0, 1.0)
    assert slots_of(ResourceRequest(slots=4), 16, 1.0, shared=True).count == 4
    assert slots_of(ResourceRequest(), 16, 2.0, shared=False) == Slots(2, 1.0, 1.0), "each has a GPU of its own"
    with pytest.raises(UsageError, match="must fit this machine, which has 1 cores and 1 GPUs"):
        slots_of(ResourceRequest(cpus=2.0), 1, 1.0, shared=True)
