"""Divides an ensemble among models: by the loss on validation rows, with a prior for even shares of their kinds.

The shares that fit the validation rows best fit their noise, too. Models of different kinds err on different texts, so
their even mean is a good guess before any row is seen; the rows move the shares from it as far as their number says.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping

import numpy as np
from numpy.typing import NDArray

from trials.metrics import Logits
from trials.tasks import LabelArray, calibrated_logits, task_of

UNITS = 12
"""Shares are multiples of its inverse."""

PRIOR = 5.0
"""Weight of the prior, in rows: that of the entropy of the shares of the kinds beside the summed loss of the rows."""

LEAST_GAIN = 1e-9
"""By how much a move must lower the loss; rounding does less."""

Allowed = Callable[[frozenset[int]], bool]
"""Returns whether an ensemble of these members may be."""


def best_shares(
    candidates: Mapping[int, Logits], labels: LabelArray, kinds: Mapping[int, Hashable], most: int, allowed: Allowed
) -> dict[int, float]:
    """Return the shares of the best mean of some models.

    All is given to the best model first. Then one unit after another moves from a model to another, always where that
    lowers the loss less the prior the most, until no move does.

    Args:
        candidates: calibrated outputs for some rows by trial number.
        labels: labels of the rows.
        kinds: what sort of model each one is, by trial number; models without one are of one kind.
        most: maximum number of models with a share.
        allowed: returns whether an ensemble of these members keeps the constraints.

    Returns:
        Share of each member by trial number, the largest first; they sum to 1. Empty if no model is allowed alone.
    """
    task = task_of(labels)
    own = {number: task.mixable(calibrated_logits(outputs), labels) for number, outputs in candidates.items()}
    losses = {number: task.loss_of_mixed(own[number], labels) for number in own if allowed(frozenset({number}))}
    if not losses:
        return {}
    first = min(losses, key=lambda number: (losses[number], number))
    units, mixed, lowest = Counter({first: UNITS}), own[first], losses[first]
    while True:
        found, most_gain = None, LEAST_GAIN
        for moved in _moves(units, own, most, allowed):
            given, taken = moved
            tried = mixed + (own[taken] - own[given]) / UNITS
            loss = task.loss_of_mixed(tried, labels) - PRIOR * _entropy(_after(units, moved), kinds) / tried.size
            if lowest - loss > most_gain:
                most_gain, found, best_mixed = lowest - loss, moved, tried
        if found is None:
            return {number: count / UNITS for number, count in units.most_common()}
        units, mixed, lowest = _after(units, found), best_mixed, lowest - most_gain


def _moves(
    units: Counter[int], own: Mapping[int, NDArray[np.float64]], most: int, allowed: Allowed
) -> list[tuple[int, int]]:
    """Return each pair of a model that may give a unit, and one that may take it."""
    pairs = ((given, taken) for given in units for taken in own if given != taken)
    members = {pair: frozenset(_after(units, pair)) for pair in pairs}
    return [pair for pair, after in members.items() if len(after) <= most and allowed(after)]


def _after(units: Counter[int], move: tuple[int, int]) -> Counter[int]:
    """Return the units of each model after one has moved from the first to the second of `move`."""
    given, taken = move
    return +(units + Counter({taken: 1}) - Counter({given: 1}))


def _entropy(units: Counter[int], kinds: Mapping[int, Hashable]) -> float:
    """Return the entropy of the shares of the kinds, in nats."""
    of_kind = Counter[Hashable]()
    for number, count in units.items():
        of_kind[kinds.get(number)] += count
    shares = np.array(list(of_kind.values())) / UNITS
    return float(-(shares * np.log(shares)).sum())
