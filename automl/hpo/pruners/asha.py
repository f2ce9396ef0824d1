"""Asynchronous successive halving, in time that does not grow with the length of the study."""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict

from optuna.pruners import BasePruner
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial

from automl.storage.cache import CachedStorage, SortedEntries
from search_spaces import ALGORITHM

RUNG = "completed_rung_"
"""Prefix of the attribute for a trial's value at a rung, as in Optuna's own pruner, so both can continue a study."""


class RungValues:
    """The sorted values of all trials at each rung, separately for each algorithm.

    Algorithms are separate because some improve early and others late.
    """

    def __init__(self) -> None:
        self._rungs: defaultdict[tuple[object, str], SortedEntries[float]] = defaultdict(SortedEntries)

    def values(self, trial: FrozenTrial, rung: str) -> list[float]:
        """Return the values at `rung` of trials with the algorithm of `trial`, ascending; do not modify the list."""
        return self._rungs[trial.params.get(ALGORITHM), rung].entries

    def note(self, trial: FrozenTrial) -> None:
        """Update the index with the current state of `trial`."""
        attributes, algorithm = trial.system_attrs, trial.params.get(ALGORITHM)
        known_rungs = {rung for kind, rung in self._rungs if kind == algorithm}
        for rung in {*known_rungs, *(key for key in attributes if key.startswith(RUNG))}:
            self._rungs[algorithm, rung].put(trial.number, attributes.get(rung))


class AshaPruner(BasePruner):
    """Decides at each rung as Optuna's `SuccessiveHalvingPruner`, which reads all trials of the study each time.

    A trial is promoted if its value is among the best 1/`factor` of all values at the rung, including its own, or is
    the best if there are too few. So the first trial at a rung is always promoted. To correct this, a trial is also
    stopped between two rungs if it is now worse than half of the others were at the previous rung.

    Args:
        mirror: the cached storage of the study.
        first: the step of the first rung.
        factor: ratio of the steps of successive rungs.
    """

    def __init__(self, mirror: CachedStorage, first: int, factor: int) -> None:
        self._mirror = mirror
        self._first = first
        self._factor = factor
        self._rungs = RungValues()
        mirror.keep(self._rungs)

    def prune(self, study: Study, trial: FrozenTrial) -> bool:
        """Return whether to stop `trial` after its latest report."""
        step = trial.last_step
        if step is None:
            return False
        value, passed = trial.intermediate_values[step], 0
        while f"{RUNG}{passed}" in trial.system_attrs:
            passed += 1
        if passed and step < self._first * self._factor**passed:
            return self._is_behind(trial, value, f"{RUNG}{passed - 1}", study.direction)
        while step >= self._first * self._factor**passed:
            if math.isnan(value):
                return True
            rung = f"{RUNG}{passed}"
            self._mirror.refresh()
            self._mirror.set_trial_system_attr(trial._trial_id, rung, value)
            if not self._is_good(value, self._rungs.values(trial, rung), study.direction):
                return True
            passed += 1
        return False

    def _is_behind(self, trial: FrozenTrial, value: float, rung: str, direction: StudyDirection) -> bool:
        self._mirror.refresh()
        values, own = self._rungs.values(trial, rung), trial.system_attrs[rung]
        if direction == StudyDirection.MAXIMIZE:
            better = len(values) - bisect_right(values, value) - (own > value)
        else:
            better = bisect_left(values, value) - (own < value)
        return math.isnan(value) or better > (len(values) - 1) / 2

    def _is_good(self, value: float, values: list[float], direction: StudyDirection) -> bool:
        promoted = max(len(values) // self._factor, 1)
        if direction == StudyDirection.MAXIMIZE:
            return value >= values[-promoted]
        return value <= values[promoted - 1]
