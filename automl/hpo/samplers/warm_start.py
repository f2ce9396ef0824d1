"""Tries recommended points of earlier studies while they prove better than the default."""

from collections.abc import Mapping, Sequence
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from automl.core import RecommendedPoint
from automl.hpo.objective_history import losses_by_step, violation_of
from automl.hpo.samplers.delegating import DelegatingSampler
from automl.hpo.samplers.prior_sampling import is_possible
from automl.storage.cache import CachedStorage
from search_spaces import ALGORITHM, Value

RECOMMENDED = "automl.recommended"
"""System attribute of a trial: index of its point among the recommended points."""

LEAST_PAID = 0.5
"""Least share of a study's tried points that must beat the default before further points of it are tried."""


class WarmStartSampler(DelegatingSampler):
    """Returns the points that earlier studies recommend, in their order, and then delegates to a sampler.

    If less than `LEAST_PAID` of the ended points of an earlier study beat the default of their algorithm here, the data
    of that study are too different, and no more of its points are begun. So a misleading study costs one trial, or as
    many as run in parallel.

    All decisions depend only on the trials in the study, so several drivers and resumed searches decide alike. Two
    drivers that decide at the same time may choose the same point.

    Args:
        sampler: samples all other points.
        recommended: the points, each with the study that it is from.
        mirror: the cached storage of the study.
        defaults: the default point of each algorithm, if the space chooses among several; else empty.
    """

    def __init__(
        self,
        sampler: BaseSampler,
        recommended: Sequence[RecommendedPoint],
        mirror: CachedStorage,
        defaults: Mapping[Value, Mapping[str, Value]],
    ) -> None:
        super().__init__(sampler)
        self._recommended = recommended
        self._mirror = mirror
        self._defaults = defaults
        self._point: dict[str, Value] = {}

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Decide on a recommended point; without one, return the parameters that `sampler` samples jointly."""
        place = self._next(study, trial)
        self._point = {} if place is None else dict(self._recommended[place].point)
        if place is not None:
            self._mirror.set_trial_system_attr(trial._trial_id, RECOMMENDED, place)
        together = self._sampler.infer_relative_search_space(study, trial)
        return {} if self._point else together

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return values of the jointly sampled parameters; nothing for a recommended point."""
        return {} if self._point else self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the recommended point's value, or the sampler's value if the point has no possible one."""
        if param_name in self._point and is_possible(self._point[param_name], param_distribution):
            return self._point[param_name]
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def _next(self, study: Study, trial: FrozenTrial) -> int | None:
        """Return the index of the next point that is worth a trial; None if there is none."""
        if not self._recommended:
            return None
        # All trials of the study; Hyperband would show only a part.
        shown = self._mirror.get_all_trials(study._study_id, deepcopy=False)
        others = [other for other in shown if other.number != trial.number]
        tried = {place: other for other in others if (place := other.system_attrs.get(RECOMMENDED)) is not None}
        left = [place for place in range(len(self._recommended)) if place not in tried]
        paying = {each.study: self._pays(each.study, tried, others) for each in self._recommended}
        return next((place for place in left if paying[self._recommended[place].study]), None)

    def _pays(self, study: str, tried: Mapping[int, FrozenTrial], trials: Sequence[FrozenTrial]) -> bool:
        """Return whether enough ended points of `study` were better than the default."""
        own = [trial for place, trial in tried.items() if self._recommended[place].study == study]
        ended = [trial for trial in own if trial.state.is_finished()]
        better = [trial for trial in ended if self._is_better(trial, self._default_of(trial, trials))]
        return len(better) >= LEAST_PAID * len(ended)

    def _default_of(self, trial: FrozenTrial, trials: Sequence[FrozenTrial]) -> FrozenTrial:
        """Return the trial of the default point of its algorithm, or trial 0 if that has not begun."""
        default = self._defaults.get(trial.params.get(ALGORITHM, ""))
        return next((other for other in trials if other.params == default), trials[0])

    def _is_better(self, trial: FrozenTrial, default: FrozenTrial) -> bool:
        """Return whether a trial beats the default in any objective at the last step that both have reached.

        Without a common step, the result is True if the trial is complete or the default has not ended.
        """
        if trial.state == TrialState.FAIL or violation_of(trial) > 0:
            return False
        if default.state == TrialState.FAIL or violation_of(default) > 0:
            return True
        own, its = losses_by_step(trial, self._mirror.signs), losses_by_step(default, self._mirror.signs)
        common = max(own.keys() & its.keys(), default=None)
        if common is None:
            return trial.state == TrialState.COMPLETE or not default.state.is_finished()
        return any(mine < other for mine, other in zip(own[common], its[common], strict=True))
