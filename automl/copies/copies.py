"""The copies that a search keeps of its trials' files: nothing waits for them, and that they fail ends nothing."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from automl.copies.place import Copy, CopyError, Kind, Place
from automl.copies.snapshot import snapshot
from automl.held_folder import HeldFolder
from trials.errors import CheckpointError

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds until a place that failed is tried again; they double with each failure."""


class Copies:
    """No second place: a study's files lie in its workspace and nowhere else."""

    @property
    def there(self) -> frozenset[Copy]:
        """What is known to lie there."""
        return frozenset()

    def look(self) -> None:
        """Has a look at what lies there now."""

    def keep(self, copy: Copy, folder: Path) -> None:
        """Has `folder` copied as it is now, in place of other copies of that kind of the trial."""

    def drop(self, number: int, *kinds: Kind) -> None:
        """Has copies of a trial removed."""

    def bring(self, copy: Copy, folder: Path, encoder: Path | None) -> bool:
        """Makes `folder` hold what was copied, and says whether it does. `encoder` is where a probe's lies here."""
        return False

    def close(self) -> None:
        """Ends what is under way."""


_Wanted: TypeAlias = dict[Kind, tuple[Copy, Path] | None]
"""What is to become of a trial's copies: a snapshot is copied, None removed."""


class StoredCopies(Copies):
    """Copies in `place`, made by a thread of its own from snapshots, which cost neither time nor room.

    Of each trial only the newest waits, so what is slow falls behind and does not pile up. A place that fails is told
    of once, and tried again.
    """

    def __init__(self, place: Place, outbox: Path, say: Callable[[str], None]) -> None:
        """`outbox` receives the snapshots; it must be on the disk of the files. `say` is called by the thread, too."""
        self._place = place
        self._say = say
        self._held = HeldFolder(outbox)
        self._changed = threading.Condition()
        self._waiting: dict[int, _Wanted] = {}
        self._under_way: _Wanted = {}
        self._there: set[Copy] = set()
        self._snapshots = 0
        self._closing = False
        self._pause = 0.0
        self._thread = threading.Thread(target=self._work, name="copies", daemon=True)
        self._thread.start()

    @property
    def there(self) -> frozenset[Copy]:
        with self._changed:
            return frozenset(self._there)

    def look(self) -> None:
        try:
            found = self._place.listed()
        except CopyError as error:
            self._say(f"What lies at {self._place.address} cannot be looked at: {error}")
            return
        with self._changed:
            self._there |= found

    def keep(self, copy: Copy, folder: Path) -> None:
        with self._changed:
            self._snapshots += 1
            target = self._held.path / str(self._snapshots)
        try:
            snapshot(folder, target)
        except OSError as error:
            self._say(f"No copy of the {copy.kind} of trial {copy.number} can be made: {error}")
            return
        self._want(copy.number, copy.kind, (copy, target))

    def drop(self, number: int, *kinds: Kind) -> None:
        for kind in kinds:
            self._want(number, kind, None)

    def bring(self, copy: Copy, folder: Path, encoder: Path | None) -> bool:
        try:
            self._place.fetch(copy, folder, encoder)
        except (CopyError, CheckpointError) as error:
            self._say(f"The {copy.kind} of trial {copy.number} cannot be brought from {self._place.address}: {error}")
            return False
        self._say(f"Brought the {copy.kind} of trial {copy.number} from {self._place.address}")
        return True

    def close(self) -> None:
        """Makes what copies still wait; gives up at the first that fails."""
        with self._changed:
            self._closing = True
            self._changed.notify()
            left = self._left()
        if left:
            self._say(f"Copying the files of {left} to {self._place.address}")
        try:
            self._thread.join()
        finally:
            self._held.leave()

    def _want(self, number: int, kind: Kind, what: tuple[Copy, Path] | None) -> None:
        with self._changed:
            wanted = self._waiting.setdefault(number, {})
            _discard(wanted.get(kind))
            wanted[kind] = what
            self._changed.notify()

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            number, wanted = taken
            try:
                for kind in [kind for kind in Kind if kind in wanted]:  # a state is of no use without its model
                    self._make(number, kind, wanted[kind])
                    with self._changed:
                        _discard(wanted.pop(kind))
            except CopyError as error:
                if self._failed(number, wanted, error):
                    return
            else:
                self._succeeded()

    def _take(self) -> tuple[int, _Wanted] | None:
        """What has waited longest; None when it is over."""
        with self._changed:
            if self._pause:
                self._changed.wait_for(lambda: self._closing, self._pause)
            self._changed.wait_for(lambda: self._waiting or self._closing)
            number = next(iter(self._waiting), None)
            if number is None:
                return None
            self._under_way = self._waiting.pop(number)
            return number, self._under_way

    def _left(self) -> str:
        """How many trials have something to be copied, in words; nothing if none."""
        count = sum(any(wanted.values()) for wanted in (*self._waiting.values(), self._under_way))
        return f"{count} {'trial' if count == 1 else 'trials'}" if count else ""

    def _make(self, number: int, kind: Kind, what: tuple[Copy, Path] | None) -> None:
        if what is not None:
            self._place.put(*what)
        new = None if what is None else what[0]
        with self._changed:
            old = {copy for copy in self._there if (copy.number, copy.kind) == (number, kind)} - {new}
            self._there |= {new} if new is not None else set()
        for copy in old:
            self._place.remove(copy)
            with self._changed:
                self._there.discard(copy)

    def _failed(self, number: int, wanted: _Wanted, error: CopyError) -> bool:
        """Has it wait again, unless there is something newer; says whether this is the end."""
        with self._changed:
            newer = self._waiting.setdefault(number, {})
            for kind, what in wanted.items():
                if kind in newer:
                    _discard(what)
                else:
                    newer[kind] = what
            self._under_way = {}
            is_first, closing, left = not self._pause, self._closing, self._left()
            self._pause = min(2 * self._pause or FIRST_PAUSE, LONGEST_PAUSE)
        address = self._place.address
        if closing and left:
            self._say(f"The files of {left} could not be copied to {address}: {error}. They are in the workspace")
        elif is_first and not closing:
            self._say(f"No copies can be written to {address}: {error}. The search goes on, and they are tried again")
        return closing

    def _succeeded(self) -> None:
        if self._pause:
            self._pause = 0.0
            self._say(f"Copies are written to {self._place.address} again")


def _discard(what: tuple[Copy, Path] | None) -> None:
    if what is not None:
        shutil.rmtree(what[1], ignore_errors=True)
