"""The samplers by name: each proposes the next point of a study."""

import warnings
from collections.abc import Callable

from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, CmaEsSampler, GPSampler, NSGAIISampler, QMCSampler, RandomSampler

from automl.hpo.samplers.grid import GridSampler
from automl.hpo.samplers.tpe import NearDefaultTPE

GENERATION = 16
"""Trials in a generation of the genetic algorithm."""


class Generations(NSGAIISampler):
    """Optuna's genetic algorithm, several of which may share a study: it notes the parents of a generation there."""

    name = ""
    """Tells it from the others."""

    def _get_parent_cache_key_prefix(self) -> str:  # type: ignore[override]  # Optuna's belongs to the class
        return f"{type(self).__name__}:{self.name}:parent:"


def tpe(seed: int) -> BaseSampler:
    """Tree-structured Parzen estimator over all parameters at once.

    Trials that still run count as bad, which keeps parallel slots apart (constant liar). It begins near the default.
    """
    return NearDefaultTPE(seed=seed, multivariate=True, constant_liar=True, n_startup_trials=10)


def random(seed: int) -> BaseSampler:
    """Independent draws: the yardstick for every other sampler."""
    return RandomSampler(seed=seed)


def qmc(seed: int) -> BaseSampler:
    """A scrambled Sobol sequence, which leaves fewer gaps than independent draws; choices are drawn independently.

    For a study that is to map the space, not to find its best point soon.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False)


def gp(seed: int) -> BaseSampler:
    """A Gaussian process over the completed trials, by expected improvement: few trials, each worth much thought.

    Its own start-up is drawn near the default. A point costs it seconds once there are hundreds of trials.
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
    """A genetic algorithm over the completed trials, in generations that are small enough for a search of an hour.

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
"""Those that choose the algorithm, too, where a space has several: the others are told which one promises most."""

ONE_OBJECTIVE = frozenset({"cmaes"})
"""Those that cannot search for several objectives."""
