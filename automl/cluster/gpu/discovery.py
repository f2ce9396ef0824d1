"""Discovers the GPUs of a cluster and their memory: Ray counts GPUs, but does not know their memory."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from automl.cluster.gpu.allocator import Gpu
from automl.cluster.gpu.devices import NodeGpus, gpus_of_this_node
from automl.cluster.resource_request import MODEL_MARK, ResourceRequest

POLL_SECONDS = 2.0

TIMEOUT_SECONDS = 60.0
"""Seconds that the initial nodes may take to answer."""


class GpuDiscovery:
    """Lists the GPUs of the cluster whose memory is known. It reads the nodes at most once in `POLL_SECONDS`.

    Args:
        request: the resources of a trial, which may name a model of GPU, and its memory.
        nodes: returns the nodes, in the form of `ray.nodes`.
        ask: asks a node, by id, for its GPUs, None if unknown; by default with a Ray task.
        clock: returns the time in seconds.
    """

    def __init__(
        self,
        request: ResourceRequest,
        nodes: Callable[[], Iterable[Mapping[str, Any]]] = ray.nodes,
        ask: Callable[[str], "Future[NodeGpus | None]"] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._request = request
        self._nodes = nodes
        self._ask = ask or _asked
        self._clock = clock
        self._asked: dict[str, Future[NodeGpus | None]] = {}
        self._known: dict[str, NodeGpus | None] = {}
        self._gpus: tuple[Gpu, ...] = ()
        self._next_poll = -1.0

    def knows_all(self) -> bool:
        """Return whether there are GPUs and the memory of all is known; waits up to `TIMEOUT_SECONDS` for answers."""
        deadline = self._clock() + TIMEOUT_SECONDS
        nodes = self._with_gpus()
        return bool(nodes) and all(self._found(node, max(0.0, deadline - self._clock())) for node in nodes)

    def gpus(self) -> tuple[Gpu, ...]:
        """Return the present GPUs; equal GPUs of a node are repeated."""
        if self._clock() >= self._next_poll:
            self._next_poll = self._clock() + POLL_SECONDS
            self._gpus = tuple(self._seen())
        return self._gpus

    def _seen(self) -> Iterable[Gpu]:
        for node in self._with_gpus():
            if found := self._found(node, 0.0):
                gpu = Gpu(node["NodeID"], model_of(node["Resources"]), found.bytes, found.are_slices)
                yield from [gpu] * int(node["Resources"]["GPU"])

    def _with_gpus(self) -> list[Mapping[str, Any]]:
        return [node for node in self._nodes() if node["Alive"] and fits_model(node["Resources"], self._request)]

    def _found(self, node: Mapping[str, Any], timeout: float) -> NodeGpus | None:
        if self._request.gpu_bytes is not None:
            return NodeGpus(self._request.gpu_bytes)
        name = node["NodeID"]
        if name not in self._known:
            if name not in self._asked:
                self._asked[name] = self._ask(name)
            try:
                self._known[name] = self._asked[name].result(timeout)
            except TooLate:
                return None
            except Exception:  # the node has left, or Ray could not run the task: its memory stays unknown
                self._known[name] = None
            del self._asked[name]  # it holds a Ray reference, which must not outlive Ray
        return self._known[name]


def model_of(resources: Mapping[str, float]) -> str | None:
    """Return Ray's name of the GPU model of a node with these `resources`; None if it has none."""
    return next((name.removeprefix(MODEL_MARK) for name in resources if name.startswith(MODEL_MARK)), None)


def fits_model(resources: Mapping[str, float], request: ResourceRequest) -> bool:
    """Return whether a node has a GPU of the requested model.

    Args:
        resources: the resources of the node, as Ray counts them.
        request: the resources of a trial; without a model, any GPU fits.
    """
    return resources.get("GPU", 0.0) >= 1 and request.gpu_model in {None, model_of(resources)}


def _asked(node: str) -> "Future[NodeGpus | None]":
    on_node = NodeAffinitySchedulingStrategy(node, soft=False)
    task = ray.remote(num_cpus=0, max_retries=0, scheduling_strategy=on_node)(gpus_of_this_node)
    answer: Future[NodeGpus | None] = task.remote().future()
    return answer
