"""A long study in short: what a sampler reads of it, so that late points cost no more than early ones."""

from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial

from automl.hpo.samplers.delegating import DelegatingSampler
from automl.hpo.samplers.trial_ranking import standings_for
from automl.storage.cache import CachedStorage


class HistorySubsetSampler(DelegatingSampler):
    """Asks `sampler`, but shows it few of the ended trials (`TrialRanking`), beside those that run.

    What a sampler does for a point grows with the trials that it reads. TPE's points get no better by them: the good
    ones are the same, and the density of the bad ones is that of a sample.
    """

    def __init__(self, sampler: BaseSampler, mirror: CachedStorage) -> None:
        super().__init__(sampler)
        self._mirror = mirror
        self._standings = standings_for(mirror.signs)
        self._read = 0
        mirror.keep(self._standings)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The parameters that are drawn together.

        Samplers take those that all trials have, and read for it, from the end, what they have not read before.
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
        """Values that are drawn together."""
        with self._mirror.showing(self._short(study)):
            return self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """A value that is drawn by itself."""
        with self._mirror.showing(self._short(study)):
            return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def _short(self, study: Study) -> list[FrozenTrial]:
        if _is_part(study):
            return standings_for(self._mirror.signs, study.get_trials(deepcopy=False)).short()
        self._mirror.refresh()
        return self._standings.short()


def _is_part(study: Study) -> bool:
    """Whether it is one of the parts into which Hyperband divides a study: those are rare, and are read as a whole."""
    return type(study) is not Study
