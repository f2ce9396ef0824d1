"""A request to the background replication."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from automl.checkpoints.remote_store import StoredCopy


@dataclass(frozen=True)
class PendingCopy:
    """A request: the only copy of its kind that a trial is to have, and the snapshot from which it is made.

    Attributes:
        copy: the copy; None: the trial is to have no copy of this kind.
        snapshot: the folder to copy; None: the copy is in the store already, and only others are removed.
    """

    copy: StoredCopy | None = None
    snapshot: Path | None = None

    def makes(self, other: "PendingCopy") -> bool:
        """Return whether this request also fulfils `other`, which keeps the same copy without making it."""
        return (
            other.copy is not None and other.snapshot is None and self.copy == other.copy and self.snapshot is not None
        )

    def discard(self) -> None:
        """Delete the snapshot, if there is one."""
        if self.snapshot is not None:
            shutil.rmtree(self.snapshot, ignore_errors=True)
