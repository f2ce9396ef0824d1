"""The samplers by name: each proposes the next point of a study."""

import warnings
from collections.abc import Callable

from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, NSGAIISampler, QMCSampler, RandomSampler

from automl.hpo.samplers.grid import GridSampler
from automl.hpo.samplers.tpe import NearDefaultTPE

GENERATION = 16
"""Population size of the genetic algorithm."""


class Generations(NSGAIISampler):
    """Optuna's `NSGAIISampler`, of which several may share a study: each stores its parents under its own name."""

    name = ""
    """Distinguishes this sampler from others of the study."""

    def _get_parent_cache_key_prefix(self) -> str:  # type: ignore[override]  # in Optuna this is a class method
        return f"{type(self).__name__}:{self.name}:parent:"


def tpe(seed: int) -> BaseSampler:
    """Tree-structured Parzen estimator over all parameters at once.

    Running trials count as bad, which keeps parallel trials apart (constant liar). The first points are near the
    default.

    Args:
        seed: seed of the random numbers.
    """
    return NearDefaultTPE(seed=seed, multivariate=True, constant_liar=True, n_startup_trials=10)


def random(seed: int) -> BaseSampler:
    """Independent random draws: the baseline for other samplers."""
    return RandomSampler(seed=seed)


def qmc(seed: int) -> BaseSampler:
    """A scrambled Sobol sequence, which leaves fewer gaps than independent draws; choices are drawn independently.

    It suits studies that explore the whole space, rather than find a good point quickly.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False)


def gp(seed: int) -> BaseSampler:
    """A Gaussian process over the completed trials, with expected improvement: for few, expensive trials.

    Its start-up points are drawn near the default. With hundreds of trials, a point costs seconds.
    """
    return GPSampler(
        seed=seed, n_startup_trials=10, independent_sampler=_near_default(seed), warn_independent_sampling=False
    )


def cmaes(seed: int) -> BaseSampler:
    """CMA-ES over the completed trials' numbers, for long studies; choices are drawn near the default.

    Hansen & Ostermeier, "Completely derandomized self-adaptation in evolution strategies", 2001.
    """
    return CmaEsSampler(
        seed=seed, n_startup_trials=10, independent_sampler=_near_default(seed), warn_independent_sampling=False
    )


def nsga2(seed: int) -> BaseSampler:
    """A genetic algorithm over the completed trials, in generations small enough for a search of an hour.

    Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002.
    """
    return Generations(seed=seed, population_size=GENERATION)


def grid(seed: int) -> BaseSampler:
    """Every combination of a few values of each parameter, once, in a random order; then the search ends."""
    return GridSampler(seed)


def _near_default(seed: int) -> BaseSampler:
    return NearDefaultTPE(seed=seed, n_startup_trials=10)


SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "tpe": tpe,
    "gp": gp,
    "cmaes": cmaes,
    "nsga2": nsga2,
    "qmc": qmc,
    "random": random,
    "grid": grid,
}

BLIND = frozenset({"random", "grid"})
"""Samplers that choose the algorithm themselves; for the others, `AlgorithmSampler` chooses it."""

SHORT_SIGHTED = frozenset({"tpe", "gp"})
"""Samplers whose time for a point grows with the trials that they read, so that they see a part of a long study."""

ONE_OBJECTIVE = frozenset({"cmaes"})
"""Samplers that do not support several objectives."""
