"""Points of earlier studies, each tried only while those before it have paid."""

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
"""The system attribute of a trial: the place of its point among those that are recommended."""

LEAST_PAID = 0.5
"""A study's further points are tried while at least this share of its points has done better than the default."""


class WarmStartSampler(DelegatingSampler):
    """Gives the points that earlier studies recommend, in their order, and then asks `sampler`.

    Where a study was better off without its default, so should this one be. Once less than `LEAST_PAID` of the points
    of a study that have ended were better here than the default of their algorithm, its data are not like these,
    whatever their traits say, and no more of its points are begun. So a study that misleads costs one trial, or as many
    as there are slots.

    All of it is read from the study's trials, so that several drivers, and those of a resumed search, go on alike. Two
    that choose at the very same time may choose the same point.

    Args:
        sampler: gives all other points.
        recommended: the points, and of which study each is.
        mirror: the study's trials.
        defaults: the default of each algorithm, where the space chooses among several.
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
        """Here it is decided where the point comes from. What `sampler` draws together; nothing if not from there."""
        place = self._next(study, trial)
        self._point = {} if place is None else dict(self._recommended[place].point)
        if place is not None:
            self._mirror.set_trial_system_attr(trial._trial_id, RECOMMENDED, place)
        together = self._sampler.infer_relative_search_space(study, trial)
        return {} if self._point else together

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Passed on, but for a recommended point, of which nothing is drawn."""
        return {} if self._point else self._sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The point's value; that of `sampler` for a parameter that the point has not, or that cannot be so here."""
        if param_name in self._point and is_possible(self._point[param_name], param_distribution):
            return self._point[param_name]
        return self._sampler.sample_independent(study, trial, param_name, param_distribution)

    def _next(self, study: Study, trial: FrozenTrial) -> int | None:
        """The place of the next point that is worth a trial."""
        if not self._recommended:
            return None
        # Of all the study, where Hyperband would show a part of it.
        shown = self._mirror.get_all_trials(study._study_id, deepcopy=False)
        others = [other for other in shown if other.number != trial.number]
        tried = {place: other for other in others if (place := other.system_attrs.get(RECOMMENDED)) is not None}
        left = [place for place in range(len(self._recommended)) if place not in tried]
        paying = {each.study: self._pays(each.study, tried, others) for each in self._recommended}
        return next((place for place in left if paying[self._recommended[place].study]), None)

    def _pays(self, study: str, tried: Mapping[int, FrozenTrial], trials: Sequence[FrozenTrial]) -> bool:
        """Whether enough of the points of `study` that have ended were worth their trials."""
        own = [trial for place, trial in tried.items() if self._recommended[place].study == study]
        ended = [trial for trial in own if trial.state.is_finished()]
        better = [trial for trial in ended if self._is_better(trial, self._default_of(trial, trials))]
        return len(better) >= LEAST_PAID * len(ended)

    def _default_of(self, trial: FrozenTrial, trials: Sequence[FrozenTrial]) -> FrozenTrial:
        """The trial of the default of its algorithm; where that was not begun, as it is dear, trial 0."""
        default = self._defaults.get(trial.params.get(ALGORITHM, ""))
        return next((other for other in trials if other.params == default), trials[0])

    def _is_better(self, trial: FrozenTrial, default: FrozenTrial) -> bool:
        """Whether a trial did better than the default, at the last step that both have come to, in any objective.

        True where nothing can be held against it yet.
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
