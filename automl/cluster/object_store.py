"""A reference to something in Ray's object store that Tune lets be."""

from typing import Any, Generic, TypeVar

import ray

from automl.checkpoints import TrialBundle, packed
from automl.worker import encoder_of
from trials.protocol import TrialJob

Content = TypeVar("Content")


class ObjectHandle(Generic[Content]):
    """A reference to what may still be in the making.

    Tune copies a trial's config and its results deeply, which an `ObjectRef` does not bear, so it travels in here.
    """

    def __init__(self, reference: Any) -> None:
        self._reference = reference

    def __deepcopy__(self, _memo: dict[int, Any]) -> "ObjectHandle[Content]":
        return self

    def __repr__(self) -> str:
        return "a reference"

    @property
    def key(self) -> str:
        """Tells one content from another."""
        return str(self._reference.hex())

    def get(self) -> Content:
        """The content; waits while it is in the making. Its arrays are read-only and shared."""
        content: Content = ray.get(self._reference)
        return content


def sent(job: TrialJob) -> ObjectHandle[TrialBundle] | None:
    """What lies here of a trial that was begun before, on its way to whoever goes on with it."""
    donor = None if job.inherits is None else packed(job.inherits.state)
    luggage = TrialBundle(packed(job.checkpoint), packed(job.state), donor)
    return None if luggage == TrialBundle() else ObjectHandle(ray.put(luggage))


def take_in(job: TrialJob, handle: ObjectHandle[TrialBundle] | None) -> None:
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
