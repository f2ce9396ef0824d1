"""Trials that join others in a pack."""

from dataclasses import replace

from automl.cluster.placement import TrialResources
from automl.engine import TrialManager
from search_spaces import pack_shape
from trials.protocol import TrialJob


def mates(manager: TrialManager, job: TrialJob, count: int) -> tuple[list[TrialJob], list[TrialJob]]:
    """Begin trials whose models have the shape of that of a running one.

    Args:
        manager: the trial manager.
        job: the running trial.
        count: how many may begin.

    Returns:
        Those of the same shape; and one that has turned out to have another shape, if any, which must run alone.
    """
    found: list[TrialJob] = []
    while len(found) < count and (other := manager.begin(like=job.number)) is not None:
        if pack_shape(other.point) != pack_shape(job.point):
            return found, [other]
        found.append(other)
    return found, []


def placed_job(job: TrialJob, assigned: TrialResources) -> TrialJob:
    """Return the job for a worker with these resources."""
    return replace(
        job,
        batch_parts=assigned.parts,
        memory_share=assigned.memory_share,
        processes=assigned.processes,
        sharded=assigned.sharded,
        device="auto" if assigned.resources["GPU"] else "cpu",  # Ray does not hide GPUs from workers without any
    )
