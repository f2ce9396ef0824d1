"""When further trials will not pay."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from automl.search.algorithms import expected_improvement

RECENT = 20
"""Completed trials that tell what the next ones will be like; before there are so many, nothing is known."""

AHEAD = 20
"""Trials to come that are to bring the least gain together."""


def gain_ahead(values: Sequence[float], *, maximize: bool) -> float | None:
    """What the next `AHEAD` trials may improve the best value by, at most, on average; None while that cannot be told.

    They are taken for draws from a normal distribution like the last `RECENT` ones. The bound is the sum of what each
    is expected to gain alone, so it is never too small for that distribution.

    Args:
        values: of the completed trials, in the order in which they ended.
        maximize: whether larger values are better.
    """
    if len(values) < RECENT:
        return None
    losses = [-value if maximize else value for value in values]
    recent = losses[-RECENT:]
    spread = stdev(recent) * math.sqrt(1 + 1 / RECENT)  # their mean is only known so well
    return AHEAD * expected_improvement(min(losses) - fmean(recent), spread)
