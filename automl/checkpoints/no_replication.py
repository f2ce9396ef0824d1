"""What a search asks of the copies of its trials' files, and what it gets if no files are copied."""

from pathlib import Path

from automl.checkpoints.remote_store import FileKind, StoredCopy


class NoReplication:
    """Replication that is switched off: a study's files are in its workspace only. All methods do nothing."""

    @property
    def existing(self) -> frozenset[StoredCopy]:
        """The copies that are known to be in the remote store."""
        return frozenset()

    def refresh(self) -> None:
        """List the remote store, and add the copies found to `existing`."""

    def keep(self, copy: StoredCopy, folder: Path) -> None:
        """Request that `folder` is copied in its present state, and replaces the trial's other copies of that kind.

        Args:
            copy: identity of the copy.
            folder: the folder of the model or the training state; it may change after this call.
        """

    def keep_only(self, copy: StoredCopy) -> None:
        """Request that the trial's other copies of the kind of `copy` are removed, once `copy` is in the store."""

    def drop(self, number: int, kind: FileKind) -> None:
        """Request that all copies of one kind of a trial are removed.

        Args:
            number: number of the trial.
            kind: model or training state.
        """

    def leave(self, number: int) -> None:
        """Cancel the requests that wait for trial `number`, which another driver owns now."""

    def bring(self, copy: StoredCopy, folder: Path, encoder: Path | None) -> bool:
        """Replace the content of `folder` by that of a copy.

        Args:
            copy: the copy to read.
            folder: the target folder.
            encoder: the folder of the encoder on this machine that the model links to; None if there is none.

        Returns:
            True if `folder` has the content of the copy; False if replication is off or the copy cannot be read.
        """
        return False

    def close(self) -> None:
        """Wait until all requests are fulfilled, then end."""

    def abandon(self) -> None:
        """End without fulfilling the requests that wait."""
