"""Divides time among the trials that share a process."""

import time


class SharedClock:
    """Counts the part of the time of each of the trials that run together.

    Attributes:
        count: number of trials that run now, at least 1.
    """

    def __init__(self) -> None:
        self.count = 1
        self._at = time.perf_counter()
        self._part = 0.0

    def run(self, count: int) -> None:
        """Note that from now on so many trials run."""
        self._part, self._at = self.part, time.perf_counter()
        self.count = max(1, count)

    @property
    def part(self) -> float:
        """Seconds so far of a trial that has run from the start, each divided among the trials that ran then."""
        return self._part + (time.perf_counter() - self._at) / self.count
