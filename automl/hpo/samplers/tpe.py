"""A TPE sampler whose first points are near the default instead of uniformly random."""

from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import TPESampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from automl.core import DEFAULT_TRIAL
from automl.hpo.samplers.intersection_space import ObservedIntersection
from automl.hpo.samplers.prior_sampling import is_possible
from search_spaces import ALGORITHM

MOST_DRAWS = 50
"""After this many draws a known point is accepted, because the space may have no other."""

SHARE = 0.5
"""Probability that a parameter keeps its default, so one with a bad range spoils only half of the points."""


class NearDefaultTPE(TPESampler):
    """Draws each start-up point of TPE near the default: each parameter keeps its default or is drawn randomly.

    If about twenty parameters are drawn from their whole ranges, nearly always one of them spoils the model. The
    default is the point of trial 0; a parameter that trial 0 does not have is drawn.

    Args:
        seed: seed of the random numbers.
        settings: further arguments of `TPESampler`.
    """

    def __init__(self, *, seed: int, **settings: Any) -> None:
        super().__init__(seed=seed, **settings)
        self._search_space = ObservedIntersection()
        self._coin = np.random.default_rng(seed)

    def reseed_rng(self) -> None:
        """Reseed the random numbers."""
        super().reseed_rng()
        self._coin = np.random.default_rng()

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return values of the jointly sampled parameters; during start-up, a point that was not drawn before."""
        together = super().sample_relative(study, trial, search_space)
        if together or not search_space:
            return together
        known = [other.params for other in study.get_trials(deepcopy=False) if other.number != trial.number]
        for _ in range(MOST_DRAWS):
            point = {name: self._drawn(study, trial, name, space) for name, space in search_space.items()}
            if not any(point.items() <= params.items() for params in known):
                break
        return point

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the default or a drawn value."""
        return self._drawn(study, trial, param_name, param_distribution)

    def _drawn(self, study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution) -> Any:
        default = self._default(study, trial, name, distribution)
        if default is not None and self._coin.random() < SHARE:
            return default
        return super().sample_independent(study, trial, name, distribution)

    @staticmethod
    def _default(study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution) -> Any:
        """Return the parameter's value in the default point; None if the distribution does not contain it."""
        first = min(study.get_trials(deepcopy=False), key=lambda each: each.number)
        is_default = first.number == DEFAULT_TRIAL or ALGORITHM in first.params  # an algorithm's first is its default
        if trial.number == first.number or not is_default or name not in first.params:
            return None
        value = first.params[name]
        return value if is_possible(value, distribution) else None
