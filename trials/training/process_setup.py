"""Prepares a process for a trial."""

from search_spaces import Point
from trials.hardware import (
    MicroBatches,
    choose_device,
    choose_precision,
    limit_memory,
    set_up_process,
)
from trials.protocol import TrialJob
from trials.training.compute import Compute
from trials.training.state import seed_everything


def prepare(job: TrialJob, *, scales: bool = True) -> Compute:
    """Set threads, memory limit and seeds of this process as `job` asks; earlier trials have no influence.

    Args:
        job: the trial.
        scales: whether a transformer is trained with `loss_scale`, without which it is not trained in fp16.
    """
    set_up_process(job.threads)
    device = choose_device(job.device)
    limit_memory(device, job.memory_share)
    is_scaled = scales and isinstance(job.point, Point) and job.processes == 1
    dtype = choose_precision(job.precision, device, scales=is_scaled)
    seed_everything(job.seed)
    return Compute(device, dtype, MicroBatches(job.batch_parts))
