"""When a search gives up, because nothing works."""

from trials.record import TrialEnd

MOST_ERRORS = 5
"""A search in which nothing was ever evaluated gives up after this many errors."""


class Failures:
    """Counts the trials that failed in a row, until one was evaluated."""

    def __init__(self) -> None:
        self._errors = 0
        self.evaluated = False
        """Whether anything ever was."""

    def are_too_many_after(self, end: TrialEnd) -> bool:
        """Notes the end of a trial, and says whether the search is to give up."""
        if end == TrialEnd.ERROR:
            self._errors += 1
        elif end != TrialEnd.PREEMPTED:
            self._errors = 0
        return self._errors >= MOST_ERRORS and not self.evaluated
