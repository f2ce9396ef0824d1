"""How trials stand to each other: the order in which they win, and in which their models are kept."""

import math
from collections.abc import Mapping
from typing import TypeAlias

from automl.core import Goals, Vector, places
from trials.protocol import Cost, Evaluation

Standing: TypeAlias = tuple[float, bool, tuple[float, ...], float, float, int]
"""Smaller is better. No two trials are equal, because their numbers differ."""

LOG_LOSS = "log_loss"
"""One of `trials.metrics.METRICS`."""


def standing(number: int, best: Evaluation, cost: Cost | None, goals: Goals) -> Standing:
    """The standing of a trial by its best evaluation.

    What breaks a constraint comes after all that keeps them. A model that was scored on a sample only is better than
    nothing, and than nothing else. The first objective decides; equal scores go by the next ones, then to the lower log
    loss, which the same rows tell more finely, then to the smaller model, then to the earlier trial.
    """
    parameters = cost.parameters if cost is not None else math.inf
    log_loss = best.metrics.get(LOG_LOSS, math.inf)
    return goals.violation(best.metrics), best.is_look, goals.losses(best.metrics), log_loss, parameters, number


def in_order_of_worth(standings: Mapping[int, Standing]) -> list[int]:
    """The numbers of trials, first those whose models are most worth keeping.

    After the winner come the others that no trial dominates, those first that lie far from others; then what these
    alone dominate, and so on. Of one objective, this is the order in which they win.
    """
    winner = min(standings, key=standings.__getitem__, default=None)
    worth = []
    for looks in (False, True):
        numbers = [number for number, standing in standings.items() if standing[1] == looks]
        placed = places([Vector(standings[number][0], standings[number][2]) for number in numbers])
        worth += sorted(zip(numbers, placed, strict=True), key=lambda pair: (*pair[1], standings[pair[0]]))
    return sorted((number for number, _ in worth), key=lambda number: number != winner)
