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
    """The vectors of all trials at each rung, separately for each algorithm as in `RungValues`.

    Args:
        first: the step of the first rung.
        factor: ratio of the steps of successive rungs.
    """

    def __init__(self, first: int, factor: int) -> None:
        self._first = first
        self._factor = factor
        self._rungs: defaultdict[tuple[object, int], dict[int, Vector]] = defaultdict(dict)

    def passed(self, step: int) -> int:
        """Return the number of rungs at or before `step`."""
        count = 0
        while step >= self._first * self._factor**count:
            count += 1
        return count

    def others(self, trial: FrozenTrial, rung: int) -> list[Vector]:
        """Return the vectors at `rung` of other trials with the algorithm of `trial`."""
        vectors = self._rungs[trial.params.get(ALGORITHM), rung]
        return [vector for number, vector in vectors.items() if number != trial.number]

    def note(self, trial: FrozenTrial) -> None:
        """Update the index with the current state of `trial`. A rung uses the first evaluation from its step on."""
        vectors, algorithm = vectors_of(trial), trial.params.get(ALGORITHM)
        before = 0
        for step in sorted(vectors):
            for rung in range(before, self.passed(step)):
                self._rungs[algorithm, rung][trial.number] = vectors[step]
            before = self.passed(step)
        for rung in range(before, max((known + 1 for kind, known in self._rungs if kind == algorithm), default=0)):
            self._rungs[algorithm, rung].pop(trial.number, None)  # the vector was written in a transaction that failed


class ParetoAshaPruner(BasePruner):
    """Decides at each rung by non-dominated sorting (`places`).

    A trial is promoted if it is among the best 1/`factor` of all trials at the rung, including itself, or as good as
    the best if there are too few. As in `AshaPruner`, it is also stopped between two rungs if more than half of the
    others were better at the previous rung.

    Args:
        mirror: the cached storage of the study.
        first: the step of the first rung.
        factor: ratio of the steps of successive rungs.
    """

    def __init__(self, mirror: CachedStorage, first: int, factor: int) -> None:
        self._mirror = mirror
        self._factor = factor
        self._rungs = ParetoRungs(first, factor)
        mirror.keep(self._rungs)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Return whether to stop `trial` after its latest vector."""
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
        own, *other_places = places([vector, *others], most)
        return own <= sorted([own, *other_places])[most - 1]

    def _is_behind(self, vector: Vector, others: list[Vector]) -> bool:
        """Compare by ranks only: between two rungs, crowding does not stop a trial."""
        own, *other_places = (place[:2] for place in places([vector, *others]))
        return sum(place < own for place in other_places) > len(others) / 2
