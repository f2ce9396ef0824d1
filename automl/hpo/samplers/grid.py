"""A sampler that tries every point of a grid once, also with several drivers or after a resume."""

import random
import sys
from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import RandomSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from automl.hpo.samplers.delegating import DelegatingSampler
from search_spaces import Value
from search_spaces.grid import MOST_POINTS, Grid

FIXED = "fixed_params"
"""Optuna's system attribute for the point of an enqueued trial: a first point, or the retry of a failed trial."""


class GridSampler(DelegatingSampler):
    """Assigns to each trial that was not enqueued the next point, in a random order, that no earlier trial has.

    So the point of a trial depends only on its number and the trials enqueued before it. All drivers of a study compute
    the same point, and a driver that dies before it has written a point leaves no gap. Optuna's own sampler chooses
    points at random when several drivers share a study, and ignores enqueued points.

    Several algorithms take turns while they have points. What the grid lacks is left to a random sampler, which samples
    nothing jointly.

    Args:
        seed: seed of the draws for parameters that are not in the grid.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(RandomSampler(seed=seed))
        self._order: list[tuple[Grid, int]] = []
        self._cursor = 0
        self._taken: set[frozenset[tuple[str, Value]]] = set()
        self._points: dict[int, Mapping[str, Value]] = {}

    def lay(self, grids: Sequence[Grid], seed: int) -> None:
        """Set the points. Of a grid with more than `MOST_POINTS` points, as many are chosen at random.

        Args:
            grids: the grid of each algorithm.
            seed: seed of the order, which must be the same for all drivers of the study.
        """
        turns = zip_longest(*([(grid, place) for place in _order(grid, seed)] for grid in grids))
        self._order = [found for found in chain.from_iterable(turns) if found is not None]

    def is_exhausted(self, study: Study) -> bool:
        """Return whether every point has a trial in `study`, begun or waiting."""
        self._follow(study.get_trials(deepcopy=False))
        return self._cursor == len(self._order)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Determine the point of a trial that begins."""
        self._follow(study.get_trials(deepcopy=False))

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the parameter's value in the trial's point, or a random one if the grid lacks the parameter."""
        value = self._points[trial.number].get(param_name)
        if value is None:
            return super().sample_independent(study, trial, param_name, param_distribution)
        return value

    def _follow(self, trials: Sequence[FrozenTrial]) -> None:
        """Assign points to new trials, in the order of their numbers, which may have gaps."""
        for trial in trials[len(self._points) :]:
            point = trial.system_attrs.get(FIXED)
            if point is None:
                point = self._next() or {}
            self._points[trial.number] = point
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
