"""A TPE whose first points lie near the default, which somebody has thought about, and not just anywhere."""

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
"""After so many a point is drawn again that is known: the space may have no other."""

SHARE = 0.5
"""How likely a parameter keeps its default. One that is bad on its own spoils a point in half of the draws only."""


class NearDefaultTPE(TPESampler):
    """Draws each parameter of a point by itself, as TPE does until it has trials to learn from, or takes its default.

    Of some twenty parameters drawn anywhere in their ranges, one or another nearly always spoils the model. Trial 0 is
    the default, and tells what it is; in a study whose trial 0 has no such parameter, it is drawn.
    """

    def __init__(self, *, seed: int, **settings: Any) -> None:
        """`settings` are TPE's."""
        super().__init__(seed=seed, **settings)
        self._search_space = ObservedIntersection()
        self._coin = np.random.default_rng(seed)

    def reseed_rng(self) -> None:
        """Draws others from now on."""
        super().reseed_rng()
        self._coin = np.random.default_rng()

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values that are drawn together. While there is little to learn from, a point that was not drawn before."""
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
        """The default, or a draw."""
        return self._drawn(study, trial, param_name, param_distribution)

    def _drawn(self, study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution) -> Any:
        default = self._default(study, trial, name, distribution)
        if default is not None and self._coin.random() < SHARE:
            return default
        return super().sample_independent(study, trial, name, distribution)

    @staticmethod
    def _default(study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution) -> Any:
        """The parameter's value in the default point, if it can be drawn here."""
        first = min(study.get_trials(deepcopy=False), key=lambda each: each.number)
        is_default = first.number == DEFAULT_TRIAL or ALGORITHM in first.params  # the first of an algorithm is its own
        if trial.number == first.number or not is_default or name not in first.params:
            return None
        value = first.params[name]
        return value if is_possible(value, distribution) else None
