"""What a user thinks best, mixed with what a sampler proposes: much at first, ever less as trials tell."""

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
"""After so many trials every other point is still drawn from the priors: a sampler's start-up is as long."""

STREAM = 1
"""Sets our random numbers apart from those of the sampler, which has the same seed."""

MOST_DRAWS = 50
"""After so many that are all known there may be no other near the priors, and the sampler's own point is taken."""


class PriorGuidedSampler(DelegatingSampler):
    """Asks `sampler` for a point, and draws the parameters that have a prior from there instead, by chance.

    The chance is 1 / (1 + (n / HALF_WAY)^2) after n trials. So a sampler begins with points around the priors, and a
    prior that is wrong costs some fifteen of them in all, however long the study is. The sampler's own points are mixed
    in from the start, and it learns from all of them without knowing of any prior.

    That priors lose their influence with time is from Hvarfner et al., "piBO: Augmenting Acquisition Functions with
    User Beliefs for Bayesian Optimization", 2022; that points are mixed and not acquisition functions, which only some
    samplers have, from Mallik et al., "PriorBand: Practical Hyperparameter Optimization in the Age of Deep Learning",
    2023. The decay is ours.
    """

    def __init__(self, sampler: BaseSampler, priors: Mapping[str, Prior], seed: int) -> None:
        super().__init__(sampler)
        self._priors = priors
        self._generator = np.random.default_rng([seed, STREAM])
        self._is_guided = False

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """What the sampler draws together. Here it is decided whether the priors come into this point."""
        begun = sum(other.state != TrialState.WAITING for other in _others(study, trial))
        self._is_guided = self._generator.random() < influence(begun)
        return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values that are drawn together; those with a prior from around it, so that the point is a new one."""
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
        """A value from around its prior, or the sampler's."""
        if self._is_guided and self._has(param_name, param_distribution):
            return draw_around(self._priors[param_name], param_distribution, self._generator)
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def reseed_rng(self) -> None:
        """Draws others from now on."""
        super().reseed_rng()
        self._generator = np.random.default_rng()

    def _has(self, name: str, distribution: BaseDistribution) -> bool:
        return name in self._priors and is_possible(self._priors[name].value, distribution)


def influence(trials: int) -> float:
    """How likely the next point is drawn from the priors, after so many trials."""
    return 1 / (1 + (trials / HALF_WAY) ** 2)


def _others(study: Study, trial: FrozenTrial) -> list[FrozenTrial]:
    return [other for other in study.get_trials(deepcopy=False) if other.number != trial.number]
