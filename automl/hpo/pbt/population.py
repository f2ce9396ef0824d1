"""Population-based training as a pruner: which trials of a population are stopped, and which replace them."""

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
"""Steps at which members are compared: those of every trial, without the first evaluation and the end."""

QUANTILE = 4
"""One in this many members is among the worst, which are stopped, or among the best, which are continued."""

SMALLEST = 2 * QUANTILE
"""Default size of a population."""


class PopulationHistory:
    """The trials of a study, by population; each population has a single algorithm.

    Each member of a population is a chain of trials that together train one full budget: a trial that is stopped at a
    rung is followed by a new one, which continues the training of a better trial from there. When all members of a
    population have begun, the next population begins. All answers depend only on the trials in the database.

    Args:
        maximize: whether larger values are better.
    """

    def __init__(self, *, maximize: bool) -> None:
        self._sign = -1.0 if maximize else 1.0
        self._known: dict[int, FrozenTrial] = {}
        self._unplaced: set[int] = set()
        self._members: defaultdict[tuple[object, int], dict[int, FrozenTrial]] = defaultdict(dict)
        self._followed: set[int] = set()
        self._due: dict[int, Lineage] = {}

    def note(self, trial: FrozenTrial) -> None:
        """Update the index with the current state of `trial`. Later writes to a running trial need no new call."""
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
        """Return the trial with the given `number`, whether it is in a population or not."""
        return self._known[number]

    def next_population(self, number: int, size: int) -> int:
        """Return the index of the population that a new initial member joins: the last one until it is full.

        Args:
            number: number of the trial.
            size: members of a population.
        """
        self._add_placed()
        own = _algorithm(self._known[number])
        last = max((number for algorithm, number in self._members if algorithm == own), default=0)
        begun = sum(_began(member) for member in self._members[own, last].values())
        return last if begun < size else last + 1

    def unfollowed(self) -> list[tuple[int, Lineage]]:
        """Return the stopped trials that no trial replaces yet, with their lineages, in the order of their numbers."""
        return sorted(self._due.items(), key=lambda due: due[0])

    def best(self, trial: FrozenTrial, step: int) -> list[int]:
        """Return the best quarter of the members that have reached a step, at least one, the best first.

        Args:
            trial: a trial of the population.
            step: the rung.

        Returns:
            Numbers of trials; failed and infeasible ones are left out.
        """
        reached = self._ranked(trial, step)
        return [member.number for member in reached if not _is_broken(member)][: max(1, len(reached) // QUANTILE)]

    def is_needed(self, number: int, step: int, size: int) -> bool:
        """Return whether another trial continues from the state of a trial at a step, or still may.

        It may while the trial can be among the best quarter of the population at that step, once all members reach it.

        Args:
            number: number of the trial.
            step: the rung.
            size: members of a population.
        """
        trial = self._known.get(number)
        if trial is None or self._is_over(trial, size):
            return False
        if any(_begins_from(member, number, step) for member in self._of(trial).values()):
            return True
        reached = [member.number for member in self._ranked(trial, step) if not _is_broken(member)]
        return number in reached[: max(1, size // QUANTILE)]

    def is_among_worst(self, trial: FrozenTrial, step: int) -> bool:
        """Return whether a trial is in the worst quarter of the members that have reached a step; ties favor it.

        Args:
            trial: a trial of the population, with a value at `step`.
            step: the rung.
        """
        values = [self._loss(member, step) for member in self._ranked(trial, step)]
        own = self._loss(trial, step)
        better = sum(value < own for value in values)
        return better >= len(values) - len(values) // QUANTILE

    def _is_over(self, trial: FrozenTrial, size: int) -> bool:
        """Return whether the population of `trial` has `size` members, and all of them have ended."""
        members = self._of(trial)
        full = sum(_began(member) for member in members.values()) >= size
        ended = all(member.state.is_finished() for member in members.values())
        return full and ended and not members.keys() & self._due.keys()

    def _of(self, trial: FrozenTrial) -> Mapping[int, FrozenTrial]:
        self._add_placed()
        lineage = lineage_of(trial)
        return {} if lineage is None else self._members[_algorithm(trial), lineage.population]

    def _ranked(self, trial: FrozenTrial, step: int) -> list[FrozenTrial]:
        reached = [member for member in self._of(trial).values() if step in member.intermediate_values]
        return sorted(reached, key=lambda member: (self._loss(member, step), member.number))

    def _loss(self, trial: FrozenTrial, step: int) -> float:
        return self._sign * trial.intermediate_values[step]

    def _add_placed(self) -> None:
        """Add running trials that have received a lineage since they were noted."""
        for trial in [self._known[number] for number in self._unplaced]:
            if attributes.LINEAGE in trial.user_attrs:
                self.note(trial)


class PbtPruner(BasePruner):
    """Stops a trial at a rung if it is in the worst quarter of the members of its population that have reached it.

    A trial that replaces another one is compared only after the rung at which that one was stopped.

    Args:
        mirror: the cached storage of the study.

    Attributes:
        populations: the populations of the study.
    """

    def __init__(self, mirror: CachedStorage) -> None:
        self._mirror = mirror
        self.populations = PopulationHistory(maximize=mirror.signs[0] < 0)
        mirror.keep(self.populations)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Return whether to stop a trial after its latest report.

        Args:
            study: the study; unused.
            trial: the trial, with its latest report.
        """
        step, lineage = trial.last_step, lineage_of(trial)
        if step not in RUNGS or lineage is None or step <= lineage.step:
            return False
        self._mirror.refresh()
        return self.populations.is_among_worst(trial, step)


def lineage_of(trial: FrozenTrial) -> Lineage | None:
    """Return the position of `trial` in a population; None if it is in none."""
    return attributes.read_lineage(trial.user_attrs)


def _algorithm(trial: FrozenTrial) -> object:
    return (trial.params or trial.system_attrs.get("fixed_params", {})).get(ALGORITHM)


def _was_stopped(trial: FrozenTrial) -> bool:
    return trial.state == TrialState.PRUNED and attributes.read_end(trial.user_attrs) == TrialEnd.PRUNED


def _began(trial: FrozenTrial) -> bool:
    """Return whether the trial is the first of its chain."""
    lineage = lineage_of(trial)
    return lineage is not None and lineage.follows is None


def _begins_from(trial: FrozenTrial, number: int, step: int) -> bool:
    """Return whether a trial continues from that state, and has not been evaluated yet."""
    lineage = lineage_of(trial)
    begins = not trial.state.is_finished() and not trial.intermediate_values
    return begins and lineage is not None and (lineage.parent, lineage.step) == (number, step)


def _is_broken(trial: FrozenTrial) -> bool:
    """Return whether the trial has failed or become infeasible, so no other may continue from it."""
    end = attributes.read_end(trial.user_attrs)
    return end is not None and (EFFECTS[end].infeasible or EFFECTS[end].state == "FAIL")
