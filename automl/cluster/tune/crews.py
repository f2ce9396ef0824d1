"""The trials that each worker runs: one alone, or the members of a pack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from search_spaces import AnyPoint, Point, pack_shape
from trials.protocol import TrialJob

REFILLS = 1
"""A pack takes in this many new members for each place; then it ends with those it has, so that other models follow."""


@dataclass
class Crew:
    """The running trials of one worker.

    Attributes:
        jobs: the jobs of the trials that run, by number.
        places: largest number of trials at once; 1 for a trial alone.
        refills: number of trials that may still join.
        taken: numbers of trials that have begun again elsewhere, which the worker is still to leave.
    """

    jobs: dict[int, TrialJob]
    places: int = 1
    refills: int = 0
    taken: list[int] = field(default_factory=list)

    @property
    def first(self) -> TrialJob:
        """The job of one of its trials."""
        return next(iter(self.jobs.values()))

    @property
    def room(self) -> int:
        """Number of trials that may join now; 0 once none runs."""
        return min(self.places - len(self.jobs), self.refills) if self.jobs else 0


class Crews:
    """The crews of all workers, and how large a pack may be.

    Args:
        wanted: returns the number of members of a pack of trials like a point; 1 runs a trial alone.
    """

    def __init__(self, wanted: Callable[[AnyPoint], int] = lambda _: 1) -> None:
        self._wanted = wanted
        self._most: dict[Point, int] = {}
        self._crews: dict[str, Crew] = {}

    def size_for(self, job: TrialJob) -> int:
        """Return how many members a pack that begins with this trial is to have; 1 if the trial must run alone."""
        shape = pack_shape(job.point)
        alone = job.folds is not None or job.resplit is not None or job.inherits is not None
        if shape is None or alone or job.batch_parts > 1:
            return 1
        wanted = self._wanted(job.point)
        return min(wanted, self._most.get(shape, wanted))

    def limit(self, job: TrialJob, most: int) -> bool:
        """Note that packs of this trial's shape can have so many members at most; return whether this is new."""
        shape = pack_shape(job.point)
        if shape is None or self._most.get(shape, self._wanted(job.point)) <= most:
            return False
        self._most[shape] = most
        return True

    def add(self, worker: str, jobs: Sequence[TrialJob], places: int) -> None:
        """Note that a worker runs these trials."""
        self._crews[worker] = Crew({job.number: job for job in jobs}, places, REFILLS * places if places > 1 else 0)

    def of(self, worker: str) -> Crew | None:
        """Return the crew of a worker; None if it has ended."""
        return self._crews.get(worker)

    def end(self, worker: str) -> Crew | None:
        """Forget the crew of a worker, and return it."""
        return self._crews.pop(worker, None)

    def leave(self, number: int, besides: str) -> list[str]:
        """Remove a trial from all workers but one; return the workers that are left without any."""
        idle = []
        for worker, crew in self._crews.items():
            if worker != besides and crew.jobs.pop(number, None) is not None:
                crew.taken.append(number)
                if not crew.jobs:
                    idle.append(worker)
        return idle

    @property
    def workers(self) -> int:
        """Number of workers, those included whose trials run no more: they hold their cores and GPUs until they end."""
        return len(self._crews)

    def idle(self, runs: Callable[[int], bool]) -> list[str]:
        """Return the workers none of whose trials runs.

        Args:
            runs: returns whether a trial, given by its number, runs.
        """
        return [worker for worker, crew in self._crews.items() if not any(runs(number) for number in crew.jobs)]
