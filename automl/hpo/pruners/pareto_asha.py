"""Successive halving for several objectives, or for one with constraints."""

from collections import defaultdict

from optuna.pruners import BasePruner
from optuna.study import Study
from optuna.trial import FrozenTrial

from automl.core import Vector, places
from automl.hpo.objective_history import vectors_of
from automl.storage.cache import CachedStorage
from search_spaces import ALGORITHM


class ParetoRungs:
    """What all trials of an algorithm came to at each rung; algorithms are kept apart, as in `halving.Rungs`.

    Args:
        first: the step of the first rung.
        factor: how many times further each rung is than the one before.
    """

    def __init__(self, first: int, factor: int) -> None:
        self._first = first
        self._factor = factor
        self._rungs: defaultdict[tuple[object, int], dict[int, Vector]] = defaultdict(dict)

    def passed(self, step: int) -> int:
        """How many rungs lie at `step` or before it."""
        count = 0
        while step >= self._first * self._factor**count:
            count += 1
        return count

    def others(self, trial: FrozenTrial, rung: int) -> list[Vector]:
        """What other trials like `trial` came to at a rung."""
        there = self._rungs[trial.params.get(ALGORITHM), rung]
        return [vector for number, vector in there.items() if number != trial.number]

    def note(self, trial: FrozenTrial) -> None:
        """Takes in what a trial has by now. Its value at a rung is the one at its first evaluation from there on."""
        vectors, algorithm = vectors_of(trial), trial.params.get(ALGORITHM)
        before = 0
        for step in sorted(vectors):
            for rung in range(before, self.passed(step)):
                self._rungs[algorithm, rung][trial.number] = vectors[step]
            before = self.passed(step)
        for rung in range(before, max((there + 1 for kind, there in self._rungs if kind == algorithm), default=0)):
            self._rungs[algorithm, rung].pop(trial.number, None)  # it was noted in a transaction that failed


class ParetoAshaPruner(BasePruner):
    """Decides at each rung by the places of `non_dominated`.

    A trial goes on if it is among the best 1/`factor` of all that came to this rung, itself with them; or as good as
    the best, where they are too few. Between two rungs it is stopped if more than half of the others were better at
    the rung behind it, as `AshaPruner` does.

    Args:
        mirror: the study's trials.
        first: the step of the first rung.
        factor: how many times further each rung is than the one before.
    """

    def __init__(self, mirror: CachedStorage, first: int, factor: int) -> None:
        self._mirror = mirror
        self._factor = factor
        self._rungs = ParetoRungs(first, factor)
        mirror.keep(self._rungs)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Whether the trial is to be stopped, after what was last noted of it."""
        vectors = vectors_of(trial)
        if not vectors:
            return False
        *earlier, last = sorted(vectors)
        before, now = (self._rungs.passed(step) for step in (max(earlier, default=0), last))
        self._mirror.refresh()
        if now == before:
            return now > 0 and self._is_behind(vectors[last], self._rungs.others(trial, now - 1))
        return any(not self._is_good(vectors[last], self._rungs.others(trial, rung)) for rung in range(before, now))

    def _is_good(self, vector: Vector, others: list[Vector]) -> bool:
        most = max((len(others) + 1) // self._factor, 1)
        own, *their = places([vector, *others], most)
        return own <= sorted([own, *their])[most - 1]

    def _is_behind(self, vector: Vector, others: list[Vector]) -> bool:
        """By ranks alone: between two rungs nothing is stopped for lying close to others."""
        own, *their = (place[:2] for place in places([vector, *others]))
        return sum(place < own for place in their) > len(others) / 2
