"""Working folder of a trial on a machine that does not share the driver's disk."""

import shutil
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from automl.checkpoints import TrialBundle, packed
from search_spaces import AnyPoint, Linear, PretrainedText
from trials.errors import PretrainedError
from trials.files import file_lock, held
from trials.hub import locate
from trials.protocol import TrialJob, TrialReport


class RemoteWorkdir:
    """A local folder for the files of one worker.

    `leave` removes it; if the worker was killed, the next worker on this machine does. The worker holds a file lock
    beside its folder, which the operating system releases when the process ends.

    Args:
        root: the parent folder for all workers of this user on this machine.
    """

    def __init__(self, root: Path) -> None:
        """Create the folder, and remove those of workers that were killed."""
        self._root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in root.glob("*.worker"):
            with held(other.with_suffix(".lock")) as is_abandoned:
                if is_abandoned:
                    shutil.rmtree(other, ignore_errors=True)
        self._folder, self._lock = root / f"{uuid4().hex}.worker", ExitStack()
        self._lock.enter_context(file_lock(self._folder.with_suffix(".lock")))
        self._folder.mkdir()
        self._job: TrialJob | None = None

    def settle(self, job: TrialJob, bundle: TrialBundle | None) -> TrialJob:
        """Prepare the folder for a trial, and unpack the files that were sent with it.

        Args:
            job: the trial, with the folders of the driver's machine.
            bundle: the files that were sent; None if there are none.

        Returns:
            The job with folders of this machine.

        Raises:
            CheckpointError: the files cannot be written to the disk.
        """
        self.clear()
        folder, parent = self._folder, self._folder / "donor"
        local = replace(job, checkpoint=folder / "model", state=folder / "state", cache=self._root / "cache")
        if job.inherits is not None:
            local = replace(local, inherits=replace(job.inherits, state=parent))
        if bundle is not None:
            received = ((bundle.model, local.checkpoint), (bundle.state, local.state), (bundle.parent, parent))
            for files, target in received:
                if files is not None:
                    files.open(target, encoder_of(job.point))
        self._job = local
        return local

    def collect(self, report: TrialReport) -> TrialBundle | None:
        """Collect the files that the driver's machine needs after a report.

        Args:
            report: the latest report of the trial.

        Returns:
            The model if the evaluation is the best so far, and the training state if the trial continues; None if
            the report has no evaluation.
        """
        evaluation, job = report.evaluation, self._job
        if evaluation is None or job is None:
            return None
        model = packed(job.checkpoint) if evaluation.is_best else None
        state = packed(job.state) if report.end is None and evaluation.saves_state else None
        return TrialBundle(model, state)

    def clear(self) -> None:
        """Remove the files of the previous trial."""
        for folder in self._folder.iterdir():
            shutil.rmtree(folder, ignore_errors=True)

    def leave(self) -> None:
        """Remove the folder, and release its lock."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()


def encoder_of(point: AnyPoint) -> Path | None:
    """Return the folder of the pretrained checkpoint of `point` on this machine; None if it has none or is missing."""
    if isinstance(point, Linear) or not isinstance(point.text, PretrainedText):
        return None
    try:
        return locate(point.text.checkpoint)
    except PretrainedError:
        return None
