"""When a search gives up, because nothing works."""

from trials.record import TrialEnd

MOST_ERRORS = 5
"""A search in which nothing was ever evaluated gives up after this many errors."""

MOST_OUT_OF_MEMORY = 25
"""The same for trials for which there was no memory: a smaller one may yet fit."""


class Failures:
    """Counts the trials that failed in a row, until one was evaluated."""

    def __init__(self) -> None:
        self._errors = self._out_of_memory = 0
        self.evaluated = False
        """Whether anything ever was."""

    def are_too_many_after(self, end: TrialEnd) -> bool:
        """Notes the end of a trial, and says whether the search is to give up."""
        if end == TrialEnd.ERROR:
            self._errors += 1
        elif end == TrialEnd.OUT_OF_MEMORY:
            self._out_of_memory += 1
        elif end != TrialEnd.PREEMPTED:
            self._errors = self._out_of_memory = 0
        return not self.evaluated and (self._errors >= MOST_ERRORS or self._out_of_memory >= MOST_OUT_OF_MEMORY)
