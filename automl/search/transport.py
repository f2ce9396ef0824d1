"""Brings a trial's files to the worker that goes on with it, and back to the driver, through Ray's object store."""

import ray

from automl.search.handle import Handle
from automl.worker.abroad import encoder_of
from automl.worker.luggage import Luggage, packed
from trials.record import TrialJob


def sent(job: TrialJob) -> Handle[Luggage] | None:
    """What lies here of a trial that was begun before, on its way to whoever goes on with it."""
    donor = None if job.inherits is None else packed(job.inherits.state)
    luggage = Luggage(packed(job.checkpoint), packed(job.state), donor)
    return None if luggage == Luggage() else Handle(ray.put(luggage))


def take_in(job: TrialJob, handle: Handle[Luggage] | None) -> None:
    """Puts what a worker has sent where it belongs.

    Raises:
        RayError: it is lost, with the node that had it.
        CheckpointError: the disk refuses it.
    """
    if handle is None:
        return
    luggage = handle.get()
    for parcel, folder in ((luggage.model, job.checkpoint), (luggage.state, job.state)):
        if parcel is not None:
            parcel.open(folder, encoder_of(job.point))
