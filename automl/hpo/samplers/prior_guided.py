"""Mixes the user's priors with the proposals of a sampler; the influence of the priors decays with the trials."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from automl.core import Prior
from automl.hpo.samplers.delegating import DelegatingSampler
from automl.hpo.samplers.prior_sampling import draw_around, is_possible

HALF_WAY = 10
"""Number of trials after which priors guide half of the points; as long as the start-up of a sampler."""

STREAM = 1
"""Separates the random numbers from those of the sampler, which has the same seed."""

MOST_DRAWS = 50
"""After this many draws of known points, the sampler's own point is used, because all near the priors may be known."""


class PriorGuidedSampler(DelegatingSampler):
    """Takes points from a sampler; with some probability, parameters with a prior are drawn around the prior instead.

    The probability after n trials is 1 / (1 + (n / HALF_WAY)^2). So a search begins with points around the priors, and
    a wrong prior costs about fifteen trials in total, however long the study is. The sampler's own points are mixed in
    from the start, and the sampler learns from all points without any knowledge of the priors.

    The decay of priors follows Hvarfner et al., "piBO: Augmenting Acquisition Functions with User Beliefs for Bayesian
    Optimization", 2022. Points are mixed instead of acquisition functions, which only some samplers have, as in Mallik
    et al., "PriorBand: Practical Hyperparameter Optimization in the Age of Deep Learning", 2023. The formula of the
    decay is specific to this project.

    Args:
        sampler: the sampler.
        priors: the values that the user expects to be best, by parameter.
        seed: seed of the draws.
    """

    def __init__(self, sampler: BaseSampler, priors: Mapping[str, Prior], seed: int) -> None:
        super().__init__(sampler)
        self._priors = priors
        self._generator = np.random.default_rng([seed, STREAM])
        self._is_guided = False

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Decide whether the priors guide this point, and return the parameters that are sampled jointly."""
        begun = sum(other.state != TrialState.WAITING for other in _others(study, trial))
        self._is_guided = self._generator.random() < influence(begun)
        return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return values of the jointly sampled parameters; with priors, values near them that make a new point."""
        together = self._sampler.sample_relative(study, trial, search_space)
        near = {name: space for name, space in search_space.items() if name in together and self._has(name, space)}
        if not self._is_guided or not near:
            return together
        known = [other.params for other in _others(study, trial)]
        for _ in range(MOST_DRAWS):
            drawn = {name: draw_around(self._priors[name], space, self._generator) for name, space in near.items()}
            point = {**together, **drawn}
            if not any(point.items() <= params.items() for params in known):
                return point
        return together

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return a value near the prior of the parameter, or the sampler's value."""
        if self._is_guided and self._has(param_name, param_distribution):
            return draw_around(self._priors[param_name], param_distribution, self._generator)
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def reseed_rng(self) -> None:
        """Reseed the random numbers."""
        super().reseed_rng()
        self._generator = np.random.default_rng()

    def _has(self, name: str, distribution: BaseDistribution) -> bool:
        return name in self._priors and is_possible(self._priors[name].value, distribution)


def influence(trials: int) -> float:
    """Return the probability that priors guide the next point, after this number of `trials`."""
    return 1 / (1 + (trials / HALF_WAY) ** 2)


def _others(study: Study, trial: FrozenTrial) -> list[FrozenTrial]:
    return [other for other in study.get_trials(deepcopy=False) if other.number != trial.number]
