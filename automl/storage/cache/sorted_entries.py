"""Entries that are kept in order while trials come, change and go."""

from bisect import bisect_left, insort
from typing import Generic, TypeVar

Entry = TypeVar("Entry", int, float, tuple[float, ...])


class SortedEntries(Generic[Entry]):
    """At most one entry a trial, in ascending order. To change one costs the same however many there are."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._of: dict[int, Entry] = {}

    def put(self, number: int, entry: Entry | None) -> None:
        """The trial's entry from now on; None takes it out."""
        before = self._of.get(number)
        if before == entry:
            return
        if before is not None:
            del self._of[number]
            del self.entries[bisect_left(self.entries, before)]
        if entry is not None:
            self._of[number] = entry
            insort(self.entries, entry)
