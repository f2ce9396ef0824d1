"""The samplers by name: each proposes the next point of a study."""

from collections.abc import Callable

from optuna.samplers import BaseSampler, RandomSampler

from automl.search.near_default import NearDefaultTPE


def tpe(seed: int) -> BaseSampler:
    """Tree-structured Parzen estimator over all parameters at once.

    Trials that still run count as bad, which keeps parallel slots apart (constant liar). It begins near the default.
    """
    return NearDefaultTPE(seed=seed, multivariate=True, constant_liar=True, n_startup_trials=10)


def random(seed: int) -> BaseSampler:
    """Independent draws: the yardstick for every other sampler."""
    return RandomSampler(seed=seed)


SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {"tpe": tpe, "random": random}
