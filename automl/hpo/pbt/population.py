"""Population-based training as a pruner: which trials of a population are stopped, and who takes their places."""

from collections import defaultdict
from collections.abc import Mapping

from optuna.pruners import BasePruner
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from automl.core import EFFECTS, Lineage
from automl.storage import attributes
from automl.storage.cache import CachedStorage
from search_spaces import ALGORITHM
from trials.protocol import EVALUATION_STEPS, TrialEnd

RUNGS = EVALUATION_STEPS[1:-1]
"""The steps at which members are compared: those that every trial has, but the look at the start and the end."""

QUANTILE = 4
"""The worst one of so many is stopped, and the best one of so many is gone on with."""

SMALLEST = 2 * QUANTILE
"""Members of a population that nobody has given a size."""


class PopulationHistory:
    """The trials of a study by the populations that they belong to; each population is of one algorithm.

    A population has so many members, each of which is a chain of trials that train one full budget together: a trial
    that is stopped at a rung is followed by a new one, which goes on from there with the training of a better one. When
    all of its members have begun, the next population begins. Whatever is asked is answered from what SQL has.
    """

    def __init__(self, *, maximize: bool) -> None:
        self._sign = -1.0 if maximize else 1.0
        self._known: dict[int, FrozenTrial] = {}
        self._unplaced: set[int] = set()
        self._members: defaultdict[tuple[object, int], dict[int, FrozenTrial]] = defaultdict(dict)
        self._followed: set[int] = set()
        self._due: dict[int, Lineage] = {}

    def note(self, trial: FrozenTrial) -> None:
        """Takes in what a trial has by now; what is written about one that runs is seen without it."""
        lineage, number = lineage_of(trial), trial.number
        self._known[number] = trial
        self._unplaced.discard(number)
        if lineage is None:
            if not trial.state.is_finished():
                self._unplaced.add(number)
            return
        self._members[_algorithm(trial), lineage.population][number] = trial
        if lineage.follows is not None:
            self._followed.add(lineage.follows)
            self._due.pop(lineage.follows, None)
        if number not in self._followed and _was_stopped(trial):
            self._due[number] = lineage

    def trial(self, number: int) -> FrozenTrial:
        """The trial of that number, be it in a population or not."""
        return self._known[number]

    def next_place(self, number: int, size: int) -> int:
        """The population that a trial joins which begins from nothing: the last one, until that has `size` members."""
        self._place()
        own = _algorithm(self._known[number])
        last = max((number for algorithm, number in self._members if algorithm == own), default=0)
        begun = sum(_began(member) for member in self._members[own, last].values())
        return last if begun < size else last + 1

    def unfollowed(self) -> list[tuple[int, Lineage]]:
        """The trials that were stopped and that nobody follows yet, with their places, the earliest first."""
        return sorted(self._due.items(), key=lambda due: due[0])

    def best(self, trial: FrozenTrial, step: int) -> list[int]:
        """The best quarter of those that have come to `step`, in the population of `trial`, the best first."""
        there = self._ranked(trial, step)
        return [member.number for member in there if not _is_broken(member)][: max(1, len(there) // QUANTILE)]

    def is_wanted(self, number: int, step: int, size: int) -> bool:
        """Whether somebody goes on from where a trial was at `step`, or may do so yet.

        That is while it is among those that may be the best of `size` members there, when all have come.
        """
        trial = self._known.get(number)
        if trial is None or self._is_over(trial, size):
            return False
        if any(_begins_from(member, number, step) for member in self._of(trial).values()):
            return True
        there = [member.number for member in self._ranked(trial, step) if not _is_broken(member)]
        return number in there[: max(1, size // QUANTILE)]

    def is_among_worst(self, trial: FrozenTrial, step: int) -> bool:
        """Whether it is in the worst quarter of those that have come to `step`; equals of better ones are not."""
        values = [self._loss(member, step) for member in self._ranked(trial, step)]
        own = self._loss(trial, step)
        better = sum(value < own for value in values)
        return better >= len(values) - len(values) // QUANTILE

    def _is_over(self, trial: FrozenTrial, size: int) -> bool:
        """Whether the population of `trial` has `size` members, and each of them has come to its end."""
        members = self._of(trial)
        full = sum(_began(member) for member in members.values()) >= size
        ended = all(member.state.is_finished() for member in members.values())
        return full and ended and not members.keys() & self._due.keys()

    def _of(self, trial: FrozenTrial) -> Mapping[int, FrozenTrial]:
        self._place()
        lineage = lineage_of(trial)
        return {} if lineage is None else self._members[_algorithm(trial), lineage.population]

    def _ranked(self, trial: FrozenTrial, step: int) -> list[FrozenTrial]:
        there = [member for member in self._of(trial).values() if step in member.intermediate_values]
        return sorted(there, key=lambda member: (self._loss(member, step), member.number))

    def _loss(self, trial: FrozenTrial, step: int) -> float:
        return self._sign * trial.intermediate_values[step]

    def _place(self) -> None:
        """Takes in the trials that have begun since they were noted."""
        for trial in [self._known[number] for number in self._unplaced]:
            if attributes.LINEAGE in trial.user_attrs:
                self.note(trial)


class PbtPruner(BasePruner):
    """Stops a trial at a rung if it is in the worst quarter of its population, as far as that has come there.

    One that follows another is compared only beyond the rung at which that one was stopped.
    """

    def __init__(self, mirror: CachedStorage) -> None:
        self._mirror = mirror
        self.populations = PopulationHistory(maximize=mirror.signs[0] < 0)
        mirror.keep(self.populations)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Whether the trial is to be stopped, after its latest report."""
        step, lineage = trial.last_step, lineage_of(trial)
        if step not in RUNGS or lineage is None or step <= lineage.step:
            return False
        self._mirror.refresh()
        return self.populations.is_among_worst(trial, step)


def lineage_of(trial: FrozenTrial) -> Lineage | None:
    """A trial's place in a population, or None if it is in none."""
    return attributes.read_lineage(trial.user_attrs)


def _algorithm(trial: FrozenTrial) -> object:
    return (trial.params or trial.system_attrs.get("fixed_params", {})).get(ALGORITHM)


def _was_stopped(trial: FrozenTrial) -> bool:
    return trial.state == TrialState.PRUNED and attributes.read_end(trial.user_attrs) == TrialEnd.PRUNED


def _began(trial: FrozenTrial) -> bool:
    """Whether it is the first of its chain."""
    lineage = lineage_of(trial)
    return lineage is not None and lineage.follows is None


def _begins_from(trial: FrozenTrial, number: int, step: int) -> bool:
    """Whether a trial has not yet come further than where it inherited from another one."""
    lineage = lineage_of(trial)
    begins = not trial.state.is_finished() and not trial.intermediate_values
    return begins and lineage is not None and (lineage.parent, lineage.step) == (number, step)


def _is_broken(trial: FrozenTrial) -> bool:
    """Whether it has failed since: what it was is no good to go on with."""
    end = attributes.read_end(trial.user_attrs)
    return end is not None and (EFFECTS[end].infeasible or EFFECTS[end].state == "FAIL")
