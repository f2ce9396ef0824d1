"""A sampler for a space of several algorithms: it chooses the algorithm first, and then its parameters."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from automl.hpo.objective_history import last_losses, losses_so_far, violation_of
from automl.hpo.samplers.algorithm_choice import most_promising
from automl.hpo.samplers.scalarization import scalarized
from automl.storage.cache import CachedStorage
from search_spaces import ALGORITHM, Value


class AlgorithmSampler(BaseSampler):
    """Chooses an algorithm by `most_promising`, and samples its parameters with a separate sampler.

    That sampler sees only the trials of its algorithm, which all have the same parameters. So parameters that an
    algorithm lacks do not influence its sampler. The first trial of an algorithm is its default point.

    Args:
        make: creates the sampler of an algorithm.
        mirror: the cached storage of the study.
        defaults: the default point of each algorithm, the cheapest first.
        expected_seconds: expected seconds of a trial, by algorithm, until one has run.
        deadline: end of the search in `time.monotonic()` seconds; None is no limit.
        seed: seed of the weights that combine several objectives.
    """

    def __init__(
        self,
        make: Callable[[str], BaseSampler],
        mirror: CachedStorage,
        defaults: Mapping[Value, Mapping[str, Value]],
        expected_seconds: Mapping[Value, float],
        deadline: float | None,
        seed: int = 0,
    ) -> None:
        self._samplers = {algorithm: make(str(algorithm)) for algorithm in defaults}
        self._mirror = mirror
        self._defaults = defaults
        self._expected_seconds = expected_seconds
        self._deadline = deadline
        self._chosen: Value = next(iter(defaults))
        self._is_first = False
        self._weights = np.random.default_rng(seed)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Choose the algorithm, and return those of its parameters that are sampled jointly.

        Args:
            study: the study.
            trial: the trial that begins.
        """
        # All trials of the study; Hyperband would show only a part.
        shown = self._mirror.get_all_trials(study._study_id, deepcopy=False)
        trials = [other for other in shown if other.number != trial.number]
        left = None if self._deadline is None else self._deadline - time.monotonic()
        self._chosen = most_promising(
            trials,
            list(self._defaults),
            loss=self._loss(trials),
            expected_seconds=self._expected_seconds,
            seconds_left=left,
        )
        self._is_first = not any(other.params.get(ALGORITHM) == self._chosen for other in trials)
        if self._is_first:
            return {}
        with self._alone(study):
            together = self._samplers[self._chosen].infer_relative_search_space(study, trial)
        return {name: distribution for name, distribution in together.items() if name != ALGORITHM}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return values of the jointly sampled parameters of the algorithm.

        Args:
            study: the study.
            trial: the trial that begins.
            search_space: the parameters that are sampled jointly, from `infer_relative_search_space`.
        """
        if not search_space:
            return {}
        with self._alone(study):
            return self._samplers[self._chosen].sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the algorithm, or the value of a parameter that is sampled independently.

        Args:
            study: the study.
            trial: the trial that begins.
            param_name: name of the parameter.
            param_distribution: its range or options.
        """
        if param_name == ALGORITHM and isinstance(param_distribution, CategoricalDistribution):
            return self._chosen
        default = self._defaults[self._chosen].get(param_name)
        if self._is_first and default is not None:
            return default
        with self._alone(study):
            return self._samplers[self._chosen].sample_independent(study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Notify the samplers of all algorithms.

        Args:
            study: the study.
            trial: the trial that begins.
        """
        for sampler in self._samplers.values():
            sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """Notify the sampler of the trial's algorithm.

        Args:
            study: the study.
            trial: the trial that has ended.
            state: the state in which it ended.
            values: its objective values; None without any.
        """
        for algorithm, sampler in self._samplers.items():
            if trial.params.get(ALGORITHM) == algorithm:
                sampler.after_trial(study, trial, state, values)

    def reseed_rng(self) -> None:
        """Reseed all samplers and the weights."""
        self._weights = np.random.default_rng()
        for sampler in self._samplers.values():
            sampler.reseed_rng()

    def _loss(self, trials: Sequence[FrozenTrial]) -> Callable[[FrozenTrial], float | None]:
        """Return a function that returns the latest loss of a trial; None if it has none or violates a constraint."""
        signs = self._mirror.signs
        found = {
            trial.number: (losses_so_far if trial.state == TrialState.RUNNING else last_losses)(trial, signs)
            for trial in trials
            if violation_of(trial) <= 0
        }
        known = {number: losses for number, losses in found.items() if losses is not None}
        if len(signs) == 1:
            return lambda trial: next(iter(known.get(trial.number, ())), None)
        weighted = scalarized(known, self._weights)
        return lambda trial: weighted.get(trial.number)

    @contextmanager
    def _alone(self, study: Study) -> Iterator[None]:
        """Restrict the visible trials to those of the chosen algorithm during the block."""
        trials = study.get_trials(deepcopy=False)
        with self._mirror.showing([trial for trial in trials if trial.params.get(ALGORITHM) == self._chosen]):
            yield
