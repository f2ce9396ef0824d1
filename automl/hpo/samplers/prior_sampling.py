"""Draws values near a prior."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from automl.core import Confidence, Prior
from search_spaces import Value

WIDTHS = {Confidence.LOW: 0.3, Confidence.MEDIUM: 0.15, Confidence.HIGH: 0.05}
"""Standard deviation, as a share of the parameter's range, on a linear or logarithmic scale."""

MASSES = {Confidence.LOW: 0.4, Confidence.MEDIUM: 0.65, Confidence.HIGH: 0.9}
"""Probability of the expected option; the rest is spread evenly over all options."""


def is_possible(value: Value, distribution: BaseDistribution) -> bool:
    """Return whether `distribution` contains `value`. The range may have changed since the value was checked."""
    try:
        return distribution._contains(distribution.to_internal_repr(value))
    except ValueError:
        return False


def draw_around(prior: Prior, distribution: BaseDistribution, generator: np.random.Generator) -> Any:
    """Draw a value of `distribution` near `prior`: from a truncated normal, or with extra mass on one option.

    Numbers are drawn on the scale of the parameter, linear or logarithmic.

    Args:
        prior: the prior of the parameter.
        distribution: the range or options of the parameter.
        generator: source of the random numbers.

    Raises:
        TypeError: the distribution is of an unknown class.
    """
    match distribution:
        case CategoricalDistribution(choices=choices):
            is_kept = generator.random() < MASSES[prior.confidence]
            return prior.value if is_kept else choices[generator.integers(len(choices))]
        case FloatDistribution(low=low, high=high, log=log):
            return _normal(float(prior.value), low, high, log, WIDTHS[prior.confidence], generator)
        case IntDistribution(low=low, high=high, log=log, step=step):
            # Each value covers half a step on either side.
            edges = low - step / 2, high + step / 2
            drawn = _normal(float(prior.value), *edges, log, WIDTHS[prior.confidence], generator)
            return min(max(low + round((drawn - low) / step) * step, low), high)
    raise TypeError(f"a distribution must be one of Optuna's, not {distribution!r}")


def _normal(value: float, low: float, high: float, log: bool, width: float, generator: np.random.Generator) -> float:
    """Draw from the normal distribution around `value`, truncated to the range."""
    if log:
        return math.exp(_normal(math.log(value), math.log(low), math.log(high), False, width, generator))
    normal = NormalDist(value, width * (high - low))
    share = generator.uniform(normal.cdf(low), normal.cdf(high))
    return min(max(normal.inv_cdf(min(max(share, 1e-12), 1 - 1e-12)), low), high)
