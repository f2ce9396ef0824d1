"""Opens the Ray cluster for the trials: a local one that this process starts, or an existing one."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from automl.cluster import Cluster, ResourceRequest, joined_cluster, start_local_cluster
from automl.config import Experiment, ResourcesSection, ray_address
from automl.core import usable_cores
from automl.worker import workers_ready


def existing_cluster(experiment: Experiment, say: Callable[[str], None]) -> AbstractContextManager[Cluster | None]:
    """Join the cluster that the experiment names.

    Args:
        experiment: its `resources` name the cluster and what a trial needs.
        say: receives lines for the user.

    Returns:
        A context manager that yields the cluster. If the experiment names none, it yields None, and a fork server
        prepares workers on this machine in the meantime.
    """
    resources = experiment.resources
    if (address := ray_address(resources)) is None:
        return workers_ready()
    return joined_cluster(address, _resource_request(resources), say)


def opened_cluster(experiment: Experiment, cluster: Cluster | None) -> AbstractContextManager[Cluster]:
    """Return the cluster that was joined, or a new local one if `cluster` is None."""
    return start_local_cluster(_resource_request(experiment.resources)) if cluster is None else nullcontext(cluster)


def slots(experiment: Experiment, cluster: Cluster | None) -> int:
    """Return the number of trials that will run in parallel.

    Before a local Ray has started, it is an estimate from the CPU cores.
    """
    if cluster is not None:
        return cluster.slots.count
    requested = experiment.resources.slots
    return max(1, int(usable_cores() / experiment.resources.cpus_per_trial)) if requested == "auto" else requested


def _resource_request(resources: ResourcesSection) -> ResourceRequest:
    return ResourceRequest(
        slots=None if resources.slots == "auto" else resources.slots,
        cpus=resources.cpus_per_trial,
        gpus=None if resources.gpus_per_trial == "auto" else resources.gpus_per_trial,
        gpu_bytes=None if resources.gpu_memory == "auto" else round(resources.gpu_memory * 1e9),
        gpu_model=resources.gpu_model,
    )
