"""Ranking of trials: the order in which they win, and the order in which their models are kept."""

import math
from collections.abc import Mapping
from typing import TypeAlias

from automl.core import Goals, Vector, places
from trials.protocol import Cost, Evaluation

Standing: TypeAlias = tuple[float, bool, tuple[float, ...], float, float, int]
"""Sort key of a trial, smaller is better. The trial number makes it unique."""

LOG_LOSS = "log_loss"
"""Name of the metric in `trials.metrics.METRICS` that breaks ties."""


def standing(number: int, best: Evaluation, cost: Cost | None, goals: Goals) -> Standing:
    """Return the sort key of a trial by its best evaluation.

    Trials that violate a constraint come last; before them come those that were scored only on a sample. The first
    objective decides. Ties are broken by the further objectives, then by the lower log loss, then by the smaller
    model, then by the lower trial number.

    Args:
        number: number of the trial.
        best: its best evaluation.
        cost: its cost, for the number of parameters; None counts as the largest model.
        goals: objectives and constraints of the study.
    """
    parameters = cost.parameters if cost is not None else math.inf
    log_loss = best.metrics.get(LOG_LOSS, math.inf)
    return goals.violation(best.metrics), best.is_look, goals.losses(best.metrics), log_loss, parameters, number


def in_order_of_worth(standings: Mapping[int, Standing]) -> list[int]:
    """Return the numbers of trials in the order in which their models should be kept.

    The winner comes first. The others follow by non-domination rank, then by decreasing crowding distance. Trials that
    were scored only on a sample come last. With one objective, this is the order in which trials win.

    Args:
        standings: sort keys of trials (`standing`), by trial number.
    """
    winner = min(standings, key=standings.__getitem__, default=None)
    worth = []
    for only_sampled in (False, True):
        numbers = [number for number, standing in standings.items() if standing[1] == only_sampled]
        placed = places([Vector(standings[number][0], standings[number][2]) for number in numbers])
        worth += sorted(zip(numbers, placed, strict=True), key=lambda pair: (*pair[1], standings[pair[0]]))
    return sorted((number for number, _ in worth), key=lambda number: number != winner)
