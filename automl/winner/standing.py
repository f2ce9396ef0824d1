"""How trials stand to each other: the order in which they win, and in which their models are kept."""

import math
from typing import TypeAlias

from trials.record import Cost, Evaluation

Standing: TypeAlias = tuple[bool, float, float, float, int]
"""Smaller is better. No two trials are equal, because their numbers differ."""

LOG_LOSS = "log_loss"
"""One of `trials.metrics.METRICS`."""


def standing(number: int, best: Evaluation, cost: Cost | None, metric: str, *, maximize: bool) -> Standing:
    """The standing of a trial by its best evaluation.

    A model that was scored on a sample only is better than nothing, and than nothing else. Equal scores go to the lower
    log loss, which the same rows tell more finely, then to the smaller model, then to the earlier trial.
    """
    value = best.metrics[metric]
    parameters = cost.parameters if cost is not None else math.inf
    return best.is_look, -value if maximize else value, best.metrics.get(LOG_LOSS, math.inf), parameters, number
