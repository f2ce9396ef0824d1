"""Measures how fast a cluster trains models, where its trials will run."""

from collections.abc import Mapping

from automl.cluster.local_cluster import Cluster
from automl.cluster.resource_request import MODEL_MARK
from automl.core import WorkspaceError, one_line
from automl.worker import training_pace
from trials.protocol import PaceJob

TIMEOUT_SECONDS = 90.0
"""Seconds to wait for the measurement on another machine, which has to import torch first."""

TOUCH = 0.001
"""Amount that the measurement takes of the resource that marks a model of GPU."""


def cluster_pace(cluster: Cluster, job: PaceJob) -> Mapping[str, float]:
    """Return the training tokens per second of each model of `job` on the resources of one trial.

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
        pace: Mapping[str, float] = ray.get(waiting, timeout=TIMEOUT_SECONDS)
    except ray.exceptions.RayError as error:
        ray.cancel(waiting, force=True)
        raise WorkspaceError(one_line(error)) from error
    return pace
