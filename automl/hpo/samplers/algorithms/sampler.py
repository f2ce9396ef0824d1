"""A sampler for a space of several algorithms: it chooses the algorithm first, and then its parameters."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from types import MappingProxyType
from typing import Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from automl.hpo.objective_history import losses_so_far, violation_of
from automl.hpo.samplers.algorithms.choice import most_promising
from automl.hpo.samplers.algorithms.data_prior import standard_error
from automl.hpo.samplers.algorithms.history import AlgorithmHistory, Losses
from automl.hpo.samplers.algorithms.results import AlgorithmResults, results_of
from automl.hpo.samplers.scalarization import scalarized
from automl.storage.cache import CachedStorage
from search_spaces import ALGORITHM, Value


class AlgorithmSampler(BaseSampler):
    """Chooses an algorithm by `most_promising`, and samples its parameters with a separate sampler.

    That sampler sees only the trials of its algorithm, which all have the same parameters. So parameters that an
    algorithm lacks do not influence its sampler. The first trial of an algorithm is its default point.

    The choice depends on the whole history of the study (`AlgorithmHistory`), so that no failed trial and no default
    point is forgotten, however long the study is.

    Args:
        make: creates the sampler of an algorithm.
        mirror: the cached storage of the study.
        defaults: the default point of each algorithm, the cheapest first.
        expected_seconds: expected seconds of a trial, by algorithm, until one has run.
        deadline: end of the search in `time.monotonic()` seconds; None is no limit.
        seed: seed of the weights that combine several objectives.
        standings: how good each algorithm is expected to be before its first value, as in `most_promising`.
        share_of: rows of the validation split, if the only objective is about a share of them; None: the noise of a
            value is unknown.
        taken: returns the algorithms whose trials would have to wait for a device.
    """

    def __init__(
        self,
        make: Callable[[str], BaseSampler],
        mirror: CachedStorage,
        defaults: Mapping[Value, Mapping[str, Value]],
        expected_seconds: Mapping[Value, float],
        deadline: float | None,
        seed: int = 0,
        standings: Mapping[Value, float] = MappingProxyType({}),
        share_of: int | None = None,
        taken: Callable[[], Collection[Value | None]] = tuple,
    ) -> None:
        self._samplers = {algorithm: make(str(algorithm)) for algorithm in defaults}
        self._mirror = mirror
        self._defaults = defaults
        self._expected_seconds = expected_seconds
        self._deadline = deadline
        self._standings = standings
        self._share_of = share_of
        self._taken = taken
        self._history = AlgorithmHistory(defaults, mirror.signs)
        self._chosen: Value = next(iter(defaults))
        self._is_first = False
        self._weights = np.random.default_rng(seed)
        mirror.keep(self._history)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Choose the algorithm, and return those of its parameters that are sampled jointly.

        Args:
            study: the study.
            trial: the trial that begins.
        """
        self._mirror.refresh()
        if (decided := trial.system_attrs.get("fixed_params", {}).get(ALGORITHM)) in self._samplers:
            self._chosen = decided  # a member of a pack, whose model has a given shape
        else:
            self._chosen = self._promising(trial)
        self._is_first = not self._history.has_begun(self._chosen, trial.number)
        if self._is_first:
            return {}
        with self._alone():
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
        with self._alone():
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
        with self._alone():
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

    def _promising(self, trial: FrozenTrial) -> Value:
        results = self._results(trial.number)
        bests = [found.best for found in results.values() if found.losses]
        return most_promising(
            results,
            expected_seconds=self._expected_seconds,
            seconds_left=None if self._deadline is None else self._deadline - time.monotonic(),
            noise=standard_error(abs(min(bests)), self._share_of) if bests and self._share_of else 0.0,
            standings=self._standings,
            taken=self._taken(),
        )

    def _results(self, besides: int) -> dict[Value, AlgorithmResults]:
        """Return the results of each algorithm, without the trial that begins."""
        running = {each: self._history.running(each, besides) for each in self._defaults}
        so_far: dict[int, Losses] = {
            trial.number: losses
            for trial in chain.from_iterable(running.values())
            if violation_of(trial) <= 0 and (losses := losses_so_far(trial, self._mirror.signs)) is not None
        }
        if len(self._mirror.signs) > 1:
            return self._combined(running, so_far)

        def latest(trial: FrozenTrial) -> float | None:
            return so_far[trial.number][0] if trial.number in so_far else None

        return {each: results_of(self._history.ended(each), running[each], latest) for each in self._defaults}

    def _combined(
        self, running: Mapping[Value, Sequence[FrozenTrial]], so_far: Mapping[int, Losses]
    ) -> dict[Value, AlgorithmResults]:
        """Return the results with several objectives, combined into one by new random weights."""
        known, ended = dict(so_far), {each: self._history.ended(each) for each in self._defaults}
        for own in ended.values():
            known.update((number, each.losses) for number, each in own.outcomes.items() if each.losses is not None)
        weighted = scalarized(known, self._weights)
        return {
            each: results_of(
                own,
                running[each],
                lambda trial: weighted.get(trial.number),
                [weighted[number] for number in own.outcomes if number in weighted],
            )
            for each, own in ended.items()
        }

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Restrict the visible trials to those of the chosen algorithm during the block."""
        with self._mirror.showing(self._history.trials(self._chosen)):
            yield
