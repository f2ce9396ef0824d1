"""A sampler that goes through a grid: every point once, whoever searches and however often it is resumed."""

import random
import sys
from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, RandomSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from search_spaces import Value
from search_spaces.grid import MOST_POINTS, Grid

FIXED = "fixed_params"
"""Where Optuna keeps the point of a trial that was enqueued: a first point, or another try of a failed trial."""


class GridSampler(BaseSampler):
    """Gives each trial that was not enqueued the next point, in a random order, that no trial before it has.

    So a trial's number and what was enqueued before tell its point, and nothing else does. All drivers of a study come
    to the same one, and a driver that dies before it has written a point leaves no hole. Optuna's own sampler takes
    points by chance when several share a study, and does not know those that were enqueued.

    Algorithms take turns, where there are several, as long as they have points.
    """

    def __init__(self, seed: int) -> None:
        self._order: list[tuple[Grid, int]] = []
        self._cursor = 0
        self._taken: set[frozenset[tuple[str, Value]]] = set()
        self._points: list[Mapping[str, Value]] = []
        self._strangers = RandomSampler(seed=seed)

    def lay(self, grids: Sequence[Grid], seed: int) -> None:
        """Says which points there are; `seed` orders them, and must be the same for every driver of the study.

        Of a grid that is larger than any search bears, `MOST_POINTS` are chosen.
        """
        turns = zip_longest(*([(grid, place) for place in _order(grid, seed)] for grid in grids))
        self._order = [found for found in chain.from_iterable(turns) if found is not None]

    def is_exhausted(self, study: Study) -> bool:
        """Whether every point was begun, or waits."""
        self._follow(study.get_trials(deepcopy=False))
        return self._cursor == len(self._order)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Finds the point of a trial that begins."""
        self._follow(study.get_trials(deepcopy=False))

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Nothing: a point is found as a whole, before its trial begins."""
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Nothing."""
        return {}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The parameter's value in the trial's point; drawn where the space asks for more than it does by default."""
        value = self._points[trial.number].get(param_name)
        if value is None:
            return self._strangers.sample_independent(study, trial, param_name, param_distribution)
        return value

    def _follow(self, trials: Sequence[FrozenTrial]) -> None:
        """Goes through the trials that are new, in the order of their numbers."""
        for trial in trials[len(self._points) :]:
            point = trial.system_attrs.get(FIXED)
            if point is None:
                point = self._next() or {}
            self._points.append(point)
            self._taken.add(_key(point))
            while (following := self._next()) is not None and _key(following) in self._taken:
                self._cursor += 1

    def _next(self) -> dict[str, Value] | None:
        if self._cursor == len(self._order):
            return None
        grid, place = self._order[self._cursor]
        return grid.point(place)


def _order(grid: Grid, seed: int) -> list[int]:
    places = range(min(grid.size, sys.maxsize))
    return random.Random(seed).sample(places, min(len(places), MOST_POINTS))  # nosec B311 - no secret


def _key(point: Mapping[str, Value]) -> frozenset[tuple[str, Value]]:
    return frozenset(point.items())
