"""A long study in short: what a sampler reads of it, so that late points cost no more than early ones."""

from collections.abc import Sequence
from heapq import nlargest
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler
from optuna.study import Study, StudyDirection
from optuna.trial import FrozenTrial, TrialState

from automl.storage.mirror import Mirror

BEST = 50
"""Trials that a sampler sees in any case. TPE takes 25 at most for the good ones."""

OTHERS = 200
"""Trials that stand for all the others, from which TPE only estimates how common a bad trial is around a point."""

TELLING = (TrialState.COMPLETE, TrialState.PRUNED)
LIVING = (TrialState.RUNNING, TrialState.WAITING)


class ShortHistory(BaseSampler):
    """Asks `sampler`, but shows it `BEST + OTHERS` of the ended trials at most, beside those that run.

    What a sampler does for a point grows with the trials that it reads. TPE's points get no better by them: the good
    ones are the same, and the density of the bad ones is that of a sample.
    """

    def __init__(self, sampler: BaseSampler, mirror: Mirror) -> None:
        self._sampler = sampler
        self._mirror = mirror

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """The parameters that are drawn together."""
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

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Passed on."""
        self._sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """Passed on."""
        self._sampler.after_trial(study, trial, state, values)

    def reseed_rng(self) -> None:
        """Passed on."""
        self._sampler.reseed_rng()

    def _short(self, study: Study) -> list[FrozenTrial]:
        trials = study.get_trials(deepcopy=False)
        return shorten(trials, maximize=study.direction == StudyDirection.MAXIMIZE)


def shorten(trials: list[FrozenTrial], *, maximize: bool) -> list[FrozenTrial]:
    """The best of `trials`, an even choice of the other ended ones, and all that have not ended, in their order."""
    if len(trials) <= BEST + OTHERS:
        return trials
    ended = [trial for trial in trials if trial.state in TELLING]
    best = {trial.number for trial in _best(ended, 1 if maximize else -1)}
    others = [trial.number for trial in ended if trial.number not in best]
    step = max(1.0, len(others) / OTHERS)
    kept = best | {others[int(place * step)] for place in range(min(OTHERS, len(others)))}
    return [trial for trial in trials if trial.number in kept or trial.state in LIVING]


def _best(ended: list[FrozenTrial], sign: int) -> list[FrozenTrial]:
    """As TPE ranks them: completed ones by their value, then stopped ones by how far they came, and their value."""
    complete = [trial for trial in ended if trial.state == TrialState.COMPLETE]
    best = nlargest(BEST, complete, key=lambda trial: sign * trial.values[0])
    stopped = [trial for trial in ended if trial.intermediate_values and trial.state == TrialState.PRUNED]
    missing = BEST - len(best)

    def reach(trial: FrozenTrial) -> tuple[int, float]:
        step = max(trial.intermediate_values)
        return step, sign * trial.intermediate_values[step]

    return best + nlargest(missing, stopped, key=reach) if missing else best
