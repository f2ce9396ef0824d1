"""Background replication of trials' files to a remote store, which neither delays a search nor ends it by a failure."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from automl.checkpoints.hardlink_snapshot import snapshot
from automl.checkpoints.no_replication import NoReplication
from automl.checkpoints.pending_copy import PendingCopy
from automl.checkpoints.remote_store import FileKind, RemoteStore, RemoteStoreError, StoredCopy
from automl.core import next_pause
from trials.errors import CheckpointError

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds until a store that failed is tried again; they double with each failure."""

POLL_SECONDS = 0.2

SECONDS_TO_END = 5.0
"""Seconds that the current copies may take if the others are abandoned."""


class Replication(NoReplication):
    """Replication to a remote store by a background thread, which reads from snapshots of the folders.

    Only the newest request of each trial and kind waits, so a slow store does not let requests accumulate. A failure
    of the store is reported once, and its requests are retried with exponential back-off (5 to 60 seconds).

    Args:
        store: the remote store.
        outbox: folder for the snapshots alone, on the same disk as the files.
        say: receives messages for the user; the background thread calls it, too.
    """

    def __init__(self, store: RemoteStore, outbox: Path, say: Callable[[str], None]) -> None:
        """Start the background thread."""
        self._store = store
        self._outbox = outbox
        self._say = say
        self._changed = threading.Condition()
        self._waiting: dict[int, dict[FileKind, PendingCopy]] = {}
        self._under_way: dict[FileKind, PendingCopy] = {}
        self._failing: set[int] = set()
        self._taken_over: set[int] = set()
        self._existing: set[StoredCopy] = set()
        self._snapshots = 0
        self._is_unreachable = False
        self._closing = False
        self._abandoned = False
        self._pause = 0.0
        self._thread = threading.Thread(target=self._work, name="copies", daemon=True)
        self._thread.start()

    @property
    def existing(self) -> frozenset[StoredCopy]:
        with self._changed:
            return frozenset(self._existing)

    def refresh(self) -> None:
        try:
            found = self._store.listed()
        except RemoteStoreError as error:
            if not self._is_unreachable:
                self._say(f"What lies at {self._store.address} cannot be looked at: {error}")
            self._is_unreachable = True
            return
        self._is_unreachable = False
        with self._changed:
            self._existing |= found

    def keep(self, copy: StoredCopy, folder: Path) -> None:
        self._snapshots += 1
        target = self._outbox / str(self._snapshots)
        try:
            snapshot(folder, target)
        except OSError as error:
            self._report_unreadable(copy, error)
            return
        self._request(copy.number, copy.kind, PendingCopy(copy, target))

    def keep_only(self, copy: StoredCopy) -> None:
        with self._changed:
            known = set(self._existing)
            if copy in known:  # else what is coming may be the only copy
                coming = (self._waiting.get(copy.number, {}).get(copy.kind), self._under_way.get(copy.kind))
                known.update(request.copy for request in coming if request is not None and request.copy is not None)
        if any((other.number, other.kind) == (copy.number, copy.kind) for other in known - {copy}):
            self._request(copy.number, copy.kind, PendingCopy(copy))

    def drop(self, number: int, kind: FileKind) -> None:
        self._request(number, kind, PendingCopy())

    def leave(self, number: int) -> None:
        with self._changed:
            self._taken_over.add(number)
            self._failing.discard(number)
            for request in self._waiting.pop(number, {}).values():
                request.discard()

    def bring(self, copy: StoredCopy, folder: Path, encoder: Path | None) -> bool:
        try:
            self._store.fetch(copy, folder, encoder)
        except (RemoteStoreError, CheckpointError) as error:
            self._say(f"The {copy.kind} of trial {copy.number} cannot be copied from {self._store.address}: {error}")
            return False
        self._say(f"Brought the {copy.kind} of trial {copy.number} from {self._store.address}")
        return True

    def close(self) -> None:
        """Wait until all requests are fulfilled. A failure or Ctrl-C only ends the wait, with a message."""
        with self._changed:
            self._closing = True
            self._changed.notify()
            remaining = self._remaining()
        if remaining:
            self._say(f"Copying the files of {remaining} to {self._store.address}")
        try:
            while self._thread.is_alive():
                self._thread.join(POLL_SECONDS)  # a signal to another thread would not end a longer wait
        except KeyboardInterrupt:
            with self._changed:
                remaining = self._remaining()
            if remaining:
                self._say(
                    f"The files of {remaining} were not copied before the search ended; they are in the workspace"
                )
        self.abandon()

    def abandon(self) -> None:
        with self._changed:
            self._abandoned = self._closing = True
            self._changed.notify()
        self._thread.join(SECONDS_TO_END)
        if not self._thread.is_alive():  # else it still reads the snapshots; the next search of the study deletes them
            shutil.rmtree(self._outbox, ignore_errors=True)

    def _request(self, number: int, kind: FileKind, request: PendingCopy) -> None:
        with self._changed:
            self._taken_over.discard(number)
            waiting = self._waiting.setdefault(number, {})
            if (before := waiting.get(kind)) is not None:
                if before.makes(request):
                    return
                before.discard()
            waiting[kind] = request
            self._changed.notify()

    def _work(self) -> None:
        while (number := self._take()) is not None:
            try:
                self._fulfil(number)
            except RemoteStoreError as error:
                if self._failed(number, error):
                    return
            else:
                self._succeeded(number)

    def _take(self) -> int | None:
        """Wait for a request, and return the trial that has waited longest; None when the thread is to end."""
        with self._changed:
            if self._pause:
                self._changed.wait_for(lambda: self._closing, self._pause)
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if self._abandoned or not self._waiting:
                return None
            number = next(iter(self._waiting))
            self._under_way = self._waiting.pop(number)
            return number

    def _fulfil(self, number: int) -> None:
        for kind in FileKind:  # the model comes first: a state cannot be used without its model
            if (request := self._under_way.get(kind)) is not None:
                self._make(request)
                self._remove_others(number, kind, request)
                with self._changed:
                    self._under_way.pop(kind).discard()

    def _make(self, request: PendingCopy) -> None:
        if request.copy is None or request.snapshot is None:
            return
        try:
            self._store.put(request.copy, request.snapshot)
        except OSError as error:
            self._report_unreadable(request.copy, error)
            return
        with self._changed:
            self._existing.add(request.copy)

    def _remove_others(self, number: int, kind: FileKind, request: PendingCopy) -> None:
        """Remove the other copies, unless the copy that is to be kept is missing.

        Copies that are newer than one that was made belong to a driver that has continued the trial.
        """
        with self._changed:
            others = {copy for copy in self._existing if (copy.number, copy.kind) == (number, kind)} - {request.copy}
            if request.copy is not None and request.copy not in self._existing:
                return
        for copy in others:
            if request.copy is not None and request.snapshot is not None and copy.step > request.copy.step:
                continue
            self._store.remove(copy)
            with self._changed:
                self._existing.discard(copy)

    def _failed(self, number: int, error: RemoteStoreError) -> bool:
        """Put the trial's requests back unless there are newer ones, and return whether the thread is to end."""
        with self._changed:
            is_first = not self._failing
            self._put_back(number)
            closing, remaining = self._closing, self._remaining()
            self._pause = next_pause(self._pause, FIRST_PAUSE, LONGEST_PAUSE)
        address = self._store.address
        if closing and remaining:
            self._say(f"The files of {remaining} could not be copied to {address}: {error}. They are in the workspace")
        elif is_first and not closing:
            self._say(
                f"No copies can be written to {address}: {error}. The search continues, and the copies are retried"
            )
        return closing

    def _put_back(self, number: int) -> None:
        """Put the requests that were under way back, unless another driver owns the trial or newer ones exist."""
        under_way, self._under_way = self._under_way, {}
        if number in self._taken_over:
            for request in under_way.values():
                request.discard()
            return
        self._failing.add(number)
        newer = self._waiting.setdefault(number, {})
        for kind, request in under_way.items():
            if kind in newer and not request.makes(newer[kind]):
                request.discard()
            else:
                newer[kind] = request

    def _succeeded(self, number: int) -> None:
        self._pause = 0.0
        was_failing = number in self._failing
        self._failing.discard(number)
        if was_failing and not self._failing:
            self._say(f"Copies can be written to {self._store.address} again")

    def _remaining(self) -> str:
        """Return the number of trials with files to copy, in words; an empty string if there are none."""
        waiting = (*self._waiting.values(), self._under_way)
        count = sum(any(request.snapshot for request in requests.values()) for requests in waiting)
        return f"{count} {'trial' if count == 1 else 'trials'}" if count else ""

    def _report_unreadable(self, copy: StoredCopy, error: OSError) -> None:
        self._say(f"No copy of the {copy.kind} of trial {copy.number} can be made: {error}")
