"""Where a trial keeps its files on a machine that does not share the driver's disk."""

import fcntl
import os
import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from automl.checkpoints import TrialBundle, packed
from search_spaces import AnyPoint, Linear, PretrainedText
from trials.errors import PretrainedError
from trials.hub import locate
from trials.protocol import TrialJob, TrialReport


class RemoteWorkdir:
    """A folder of this machine's for one worker, which is removed with it; after a kill by the next worker here.

    Whoever uses one holds a lock on it, which the system frees whatever becomes of the process.
    """

    def __init__(self, root: Path) -> None:
        """`root` is for all workers of this user on this machine."""
        self._root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in root.glob("*.worker"):
            _remove_unless_held(other)
        self._folder, self._lock = _held_folder(root)
        self._job: TrialJob | None = None

    def settle(self, job: TrialJob, luggage: TrialBundle | None) -> TrialJob:
        """`job` with folders of this machine, which hold what has come along."""
        self.clear()
        folder, donor = self._folder, self._folder / "donor"
        here = replace(job, checkpoint=folder / "model", state=folder / "state", cache=self._root / "cache")
        if job.inherits is not None:
            here = replace(here, inherits=replace(job.inherits, state=donor))
        if luggage is not None:
            arrived = ((luggage.model, here.checkpoint), (luggage.state, here.state), (luggage.donor, donor))
            for parcel, place in arrived:
                if parcel is not None:
                    parcel.open(place, encoder_of(job.point))
        self._job = here
        return here

    def news(self, report: TrialReport) -> TrialBundle | None:
        """What the driver's machine needs of the files, now that the trial has reported."""
        evaluation, job = report.evaluation, self._job
        if evaluation is None or job is None:
            return None
        model = packed(job.checkpoint) if evaluation.is_best else None
        state = packed(job.state) if report.end is None else None
        return TrialBundle(model, state)

    def clear(self) -> None:
        """Removes the files of the trial before."""
        for folder in self._folder.iterdir():
            shutil.rmtree(folder, ignore_errors=True)

    def leave(self) -> None:
        """Removes everything."""
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._lock)


def encoder_of(point: AnyPoint) -> Path | None:
    """Where the checkpoint of `point` lies on this machine; None where it has none."""
    if isinstance(point, Linear) or not isinstance(point.text, PretrainedText):
        return None
    try:
        return locate(point.text.checkpoint)
    except PretrainedError:
        return None


def _held_folder(root: Path) -> tuple[Path, int]:
    while True:
        folder = root / f"{uuid4().hex}.worker"
        folder.mkdir()
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():  # somebody may have taken it for a dead one's before it was locked
            return folder, lock
        os.close(lock)


def _remove_unless_held(folder: Path) -> None:
    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(lock)
