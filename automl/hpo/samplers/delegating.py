"""A sampler that delegates to another one."""

from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState


class DelegatingSampler(BaseSampler):
    """Delegates all methods to `sampler`; subclasses override some of them."""

    def __init__(self, sampler: BaseSampler) -> None:
        self._sampler = sampler

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Return the parameters that are sampled jointly.

        Args:
            study: the study.
            trial: the trial that begins.
        """
        return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return values of the jointly sampled parameters.

        Args:
            study: the study.
            trial: the trial that begins.
            search_space: the parameters that are sampled jointly, from `infer_relative_search_space`.
        """
        return self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the value of a parameter that is sampled independently.

        Args:
            study: the study.
            trial: the trial that begins.
            param_name: name of the parameter.
            param_distribution: its range or options.
        """
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Notify the sampler before the parameters of a trial are sampled.

        Args:
            study: the study.
            trial: the trial that begins.
        """
        self._sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """Notify the sampler that a trial has ended.

        Args:
            study: the study.
            trial: the trial that has ended.
            state: the state in which it ended.
            values: its objective values; None without any.
        """
        self._sampler.after_trial(study, trial, state, values)

    def reseed_rng(self) -> None:
        """Reseed the random numbers."""
        self._sampler.reseed_rng()
