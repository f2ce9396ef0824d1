"""The samplers by name: each proposes the next point of a study."""

import warnings
from collections.abc import Callable

from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, QMCSampler, RandomSampler

from automl.search.near_default import NearDefaultTPE


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


SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {"tpe": tpe, "random": random, "qmc": qmc}

BLIND = frozenset({"random"})
"""Those that draw the algorithm, too, where a space has several: the others are told which one promises most."""
