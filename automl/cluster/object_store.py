"""References to objects in Ray's object store, which Tune can copy along with a config."""

from typing import Any, Generic, TypeVar

import ray

from automl.checkpoints import TrialBundle, packed
from automl.worker import encoder_of
from trials.protocol import TrialJob

Content = TypeVar("Content")


class ObjectHandle(Generic[Content]):
    """A reference to an object in Ray's object store, which may not be computed yet.

    Tune makes deep copies of configs and results, which `ObjectRef` does not support. A copy of a handle is the handle.

    Args:
        reference: the `ObjectRef`.
    """

    def __init__(self, reference: Any) -> None:
        self._reference = reference

    def __deepcopy__(self, _memo: dict[int, Any]) -> "ObjectHandle[Content]":
        return self

    def __repr__(self) -> str:
        return "a reference"

    @property
    def key(self) -> str:
        """Hexadecimal id of the object."""
        return str(self._reference.hex())

    def get(self) -> Content:
        """Return the object, and wait until it is computed. Its arrays are read-only and shared."""
        content: Content = ray.get(self._reference)
        return content


def sent(job: TrialJob) -> ObjectHandle[TrialBundle] | None:
    """Store the driver's files of a trial that is resumed or inherits, for its worker; None if there are none."""
    parent = None if job.inherits is None else packed(job.inherits.state)
    bundle = TrialBundle(packed(job.checkpoint), packed(job.state), parent)
    return None if bundle == TrialBundle() else ObjectHandle(ray.put(bundle))


def take_in(job: TrialJob, handle: ObjectHandle[TrialBundle] | None) -> None:
    """Write the files that a worker has sent to the folders of the trial.

    Args:
        job: the job of the trial.
        handle: the files; None if there are none.

    Raises:
        RayError: the files are lost, with the node that had them.
        CheckpointError: the disk rejects them.
    """
    if handle is None:
        return
    bundle = handle.get()
    for files, folder in ((bundle.model, job.checkpoint), (bundle.state, job.state)):
        if files is not None:
            files.open(folder, encoder_of(job.point))
