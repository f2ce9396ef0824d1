"""An existing Ray cluster: this process joins it for one search, and leaves it running. And its pace of training."""

import gc
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from ipaddress import ip_address

import psutil

from automl.cluster.address import AUTO, split_address
from automl.cluster.health import ClusterMonitor, HeadNode
from automl.cluster.local_cluster import Cluster, hush_ray, prepare_ray, shared_gpus
from automl.cluster.resource_request import MODEL_MARK, ResourceRequest
from automl.core import UsageError, WorkspaceError, one_line, page_of_ray
from automl.worker import training_pace
from trials.protocol import MeasuredPace, PaceJob

CONNECT_SECONDS = 5.0
JOIN_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.2

PACE_SECONDS = 90.0
"""Seconds to wait for the measurement of the pace on another machine, which has to import torch first."""

TOUCH = 0.001
"""Amount that the measurement takes of the resource that marks a model of GPU."""

HOW_TO_AUTHENTICATE = (
    "this process needs its token: put what `ray get-auth-token` prints on its head into RAY_AUTH_TOKEN or "
    "~/.ray/auth_token"
)


@contextmanager
def joined_cluster(address: str, request: ResourceRequest, say: Callable[[str], None]) -> Iterator[Cluster]:
    """Join the cluster at `address`, and leave it at the end of the block.

    If this machine is no node of the cluster, it becomes a temporary node that runs no trials. Files of trials reach
    this machine through Ray's object store, so no shared disk is needed. Nodes may join and leave during the search.

    Args:
        address: `HOST:PORT` of the cluster's head, or `auto` for the cluster of this machine.
        request: the resources of a trial, and how many trials run in parallel.
        say: receives messages about steps that take long.

    Yields:
        The cluster.

    Raises:
        UsageError: there is no such cluster, its token differs, or it has no room for a trial.
        WorkspaceError: this machine cannot join it.
    """
    prepare_ray(on_loopback=False)
    from automl.cluster.capacity import ClusterCapacity  # noqa: PLC0415 - Ray reads its settings when it is imported

    with ExitStack() as stack:
        if address != AUTO:
            head = _reached(*split_address(address))
            if _local_node(head) is None:
                say(f"Joining the Ray cluster at {address}, as a node that runs no trials")
                stack.enter_context(_member(head))
            address = _local_node(head) or address
        home, dashboard, gcs = stack.enter_context(_connected(address))
        room = ClusterCapacity(request)
        slots = room.awaited(say)
        if (gpus := shared_gpus(request)) is not None:
            room.share()
            slots = replace(slots, count=room.count())
        watch = ClusterMonitor(HeadNode(*split_address(gcs)).answers)
        stack.callback(watch.end)
        yield Cluster(slots, dashboard, watch, room.count, home, gpus, request.gpu_model)
        watch.rest()


def _reached(host: str, port: int) -> tuple[str, int]:
    """Return the IP address of `host` and the `port`, after a test that the port accepts connections."""
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS) as connection:
            return str(connection.getpeername()[0]), port
    except OSError as error:
        raise UsageError(
            f"a Ray cluster must answer at {host}:{port}, but: {error.strerror or error}; "
            "start one there with `ray start --head`, or leave --address out to search on this machine"
        ) from error


def _local_node(head: tuple[str, int]) -> str | None:
    """Return the address of the cluster from the command line of its raylet on this machine; None if none runs."""
    host, port = head
    hosts = {host}
    if ip_address(host).is_loopback:  # Ray names a machine by its network address, if it has one
        hosts.update(address.address for found in psutil.net_if_addrs().values() for address in found)
    options = {f"--gcs-address={name}:{port}" for name in hosts}
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "raylet" and (matching := options & set(process.info["cmdline"] or ())):
            return matching.pop().partition("=")[2]
    return None


@contextmanager
def _member(head: tuple[str, int]) -> Iterator[None]:
    """Make this machine a node of the cluster during the block; the node runs no trials."""
    command = [sys.executable, "-m", "automl.cluster.join_node", f"{head[0]}:{head[1]}"]
    node = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + JOIN_SECONDS
        while _local_node(head) is None:
            if node.poll() is not None or time.monotonic() > deadline:
                node.kill()
                output = " ".join((node.communicate()[0] or "nothing").split()[-40:])
                refusal = f"this machine must join the Ray cluster at {head[0]}:{head[1]}, but Ray answered: {output}"
                if "auth" in output:
                    raise UsageError(f"{refusal}\nIf it is about authentication, {HOW_TO_AUTHENTICATE}")
                raise WorkspaceError(refusal)
            time.sleep(POLL_SECONDS)
        yield
    finally:
        node.terminate()
        try:
            node.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            node.kill()
            node.communicate()


@contextmanager
def _connected(address: str) -> Iterator[tuple[str, str | None, str]]:
    """Connect this process; yields the id of its node, the URL of the dashboard, and the address of the head."""
    import ray  # noqa: PLC0415 - reads the settings when it is imported

    hush_ray()
    handler = signal.getsignal(signal.SIGTERM)
    try:
        context = ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # Ray raises bare exceptions here, and reports a wrong token on stderr only
        raise UsageError(
            f"the Ray cluster at {address!r} must accept this process, but Ray answered: {error}; {HOW_TO_AUTHENTICATE}"
        ) from error
    finally:
        signal.signal(signal.SIGTERM, handler)
    try:
        url = page_of_ray(f"http://{context.dashboard_url}") if context.dashboard_url else None
        runtime = ray.get_runtime_context()
        yield runtime.get_node_id(), url, runtime.gcs_address
    finally:
        # A reference to a Ray object that dies later, on whatever thread collects it, would end the whole process.
        gc.collect()
        ray.shutdown()


def cluster_pace(cluster: Cluster, job: PaceJob) -> Mapping[str, MeasuredPace]:
    """Return how fast each model of `job` trains on the resources of one trial, by its name.

    On this machine it is measured in a fork of the driver's fork server. In a cluster whose nodes are other machines it
    is measured on one of them, as a Ray task.

    Args:
        cluster: the running Ray.
        job: the models, the texts, and how to compute.

    Raises:
        WorkspaceError: the pace could not be measured; the message says why.
    """
    if cluster.home is None:
        return training_pace(job)
    import ray  # noqa: PLC0415 - Ray must have read its settings first

    marks = {} if cluster.gpu_model is None else {f"{MODEL_MARK}{cluster.gpu_model}": TOUCH}
    task = ray.remote(
        num_cpus=cluster.slots.cpus, num_gpus=min(1.0, cluster.slots.gpus), resources=marks, max_retries=0
    )(training_pace)
    waiting = task.remote(job)
    try:
        pace: Mapping[str, MeasuredPace] = ray.get(waiting, timeout=PACE_SECONDS)
    except ray.exceptions.RayError as error:
        ray.cancel(waiting, force=True)
        raise WorkspaceError(one_line(error)) from error
    return pace
