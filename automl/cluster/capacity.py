"""Counts how many trials a cluster can run in parallel, while nodes join and leave."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ray

from automl.cluster.gpu import fits_model, model_of
from automl.cluster.local_cluster import Slots
from automl.cluster.resource_request import ResourceRequest
from automl.core import UsageError

SECONDS_BETWEEN_COUNTS = 2.0

TIMEOUT_SECONDS = 120.0
"""Seconds to wait until a cluster has room for a trial, because its nodes may still be starting."""

POLL_SECONDS = 1.0


class ClusterCapacity:
    """Counts the trials for which a cluster has room, at most once every `SECONDS_BETWEEN_COUNTS`.

    If `request` leaves the GPUs open, each trial counts with one whole GPU if the cluster has any, until `share` is
    called. From then on cores alone count, those of nodes without a GPU too: whoever places the trials shares out the
    GPUs, and some trials need none.

    Args:
        request: the resources of a trial, and how many trials run in parallel.
        nodes: returns the nodes, in the form of `ray.nodes`.
        clock: returns the time in seconds.
    """

    def __init__(
        self,
        request: ResourceRequest,
        nodes: Callable[[], Iterable[Mapping[str, Any]]] = ray.nodes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._request = request
        self._nodes = nodes
        self._clock = clock
        self._count = 0
        self._next_count = -1.0
        self._shared = False

    def share(self) -> None:
        """Count trials by cores alone from now on."""
        self._shared, self._next_count = True, -1.0

    def count(self) -> int:
        """Return how many trials can run in parallel now."""
        if self._clock() >= self._next_count:
            self._next_count = self._clock() + SECONDS_BETWEEN_COUNTS
            self._count = self._counted()
        return self._count

    def awaited(self, say: Callable[[str], None]) -> Slots:
        """Wait until the cluster has room for one trial, and return its slots.

        Args:
            say: receives a message if this must wait.

        Raises:
            UsageError: the cluster has no room within `TIMEOUT_SECONDS`.
        """
        deadline = self._clock() + TIMEOUT_SECONDS
        if self._counted() == 0:
            say(f"Waiting until the cluster has free resources for a trial of {self._needs()}")
        while self._counted() == 0:
            if self._clock() > deadline:
                raise UsageError(
                    f"a node of the cluster must have room for a trial of {self._needs()}, but its nodes have: "
                    f"{self._described()}; start nodes, or lower resources.cpus_per_trial or resources.gpus_per_trial"
                )
            time.sleep(POLL_SECONDS)
        return Slots(self._counted(), self._request.cpus, self._each_gpu(self._living()))

    def _counted(self) -> int:
        living = self._living()
        gpus = 0.0 if self._shared else self._each_gpu(living)
        fit = [node for node in living if not gpus or fits_model(node, self._request)]
        room = sum(_fitting(node, self._request.cpus, gpus) for node in fit)
        return room if self._request.slots is None else min(room, self._request.slots)

    def _living(self) -> list[Mapping[str, float]]:
        return [node["Resources"] for node in self._nodes() if node["Alive"]]

    def _each_gpu(self, living: list[Mapping[str, float]]) -> float:
        if self._request.gpus is not None:
            return self._request.gpus
        if self._request.gpu_model is not None:  # such nodes may still be starting
            return 1.0
        return 1.0 if any(fits_model(node, self._request) for node in living) else 0.0

    def _needs(self) -> str:
        gpus, model = self._each_gpu(self._living()), self._request.gpu_model
        which = f" of the model {model}" if model else ""
        return f"{self._request.cpus:g} cores" + (f" and {gpus:g} GPUs{which}" if gpus else "")

    def _described(self) -> str:
        living = self._living()
        return "; ".join(map(_description, living)) or "none"


def _description(node: Mapping[str, float]) -> str:
    model = model_of(node)
    return f"{node.get('CPU', 0.0):g} cores, {node.get('GPU', 0.0):g} GPUs" + (f" ({model})" if model else "")


def _fitting(node: Mapping[str, float], cpus: float, gpus: float) -> int:
    """Return how many trials fit a node; a trial never spans nodes."""
    room = node.get("CPU", 0.0) / cpus
    return int(min(room, node.get("GPU", 0.0) / gpus) if gpus else room)
