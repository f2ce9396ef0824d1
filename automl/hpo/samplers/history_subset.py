"""Restricts the trials that a sampler reads, so that late points of a long study cost no more than early ones."""

from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from automl.hpo.samplers.delegating import DelegatingSampler
from automl.hpo.samplers.trial_ranking import standings_for
from automl.storage.cache import CachedStorage
from search_spaces import Value


class HistorySubsetSampler(DelegatingSampler):
    """Delegates to a sampler, which sees only a subset of the ended trials (`TrialRanking`), and the running ones.

    The cost of a point grows with the number of trials that a sampler reads. The subset does not impair TPE: the good
    trials are the same, and a sample suffices to estimate the density of the bad ones.

    In a space of several algorithms each has a sampler of its own, and such a sampler a subset of its own. What chooses
    the algorithm lies outside and sees the whole study.

    Args:
        sampler: the sampler.
        mirror: the cached storage of the study.
        algorithm: the algorithm whose trials the sampler sees; None for all trials.
    """

    def __init__(self, sampler: BaseSampler, mirror: CachedStorage, algorithm: Value | None = None) -> None:
        super().__init__(sampler)
        self._mirror = mirror
        self._standings = standings_for(mirror.signs, algorithm=algorithm)
        self._read = 0
        mirror.keep(self._standings)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Return the parameters that are sampled jointly.

        Samplers take the parameters that all trials have. For this they read the trials since their last call.
        """
        if _is_part(study):
            return self._sampler.infer_relative_search_space(study, trial)
        self._mirror.refresh()
        since, self._read = self._read, self._standings.first_living
        with self._mirror.showing(self._standings.short(since)):
            return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return values of the jointly sampled parameters."""
        with self._mirror.showing(self._short(study)):
            return self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the value of a parameter that is sampled independently."""
        with self._mirror.showing(self._short(study)):
            return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def _short(self, study: Study) -> list[FrozenTrial]:
        if _is_part(study):
            return standings_for(self._mirror.signs, study.get_trials(deepcopy=False)).short()
        self._mirror.refresh()
        return self._standings.short()


def _is_part(study: Study) -> bool:
    """Return whether this is one of the parts into which Hyperband divides a study; such parts are read as a whole."""
    return type(study) is not Study
