"""A list of entries, one for each trial, that stays sorted while trials are added, changed and removed."""

from bisect import bisect_left, insort
from typing import Generic, TypeVar

Entry = TypeVar("Entry", int, float, tuple[float, ...])


class SortedEntries(Generic[Entry]):
    """At most one entry for each trial, in ascending order in `entries`. A change uses binary search."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._of: dict[int, Entry] = {}

    def put(self, number: int, entry: Entry | None) -> None:
        """Set or remove the entry of a trial.

        Args:
            number: number of the trial.
            entry: the new entry; None removes it.
        """
        before = self._of.get(number)
        if before == entry:
            return
        if before is not None:
            del self._of[number]
            del self.entries[bisect_left(self.entries, before)]
        if entry is not None:
            self._of[number] = entry
            insort(self.entries, entry)
