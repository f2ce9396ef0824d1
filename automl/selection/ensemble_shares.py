"""Divides an ensemble among models: by the loss on validation rows, with a prior for even shares of good kinds.

The shares that fit the validation rows best fit their noise, too. Models of different kinds err on different texts, so
the even mean of those that are about as good is a good guess before the rows are looked at together; the rows move the
shares from it as far as their number says. The prior is -KL(s || q) of the shares s of the kinds, where q of a kind is
proportional to exp(-l) with the least loss l of one of its models alone. So a model that was cut short, and is hardly
better than a constant, gets hardly anything where rows are few.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from trials.metrics import Logits
from trials.tasks import LabelArray, calibrated_logits, task_of

UNITS = 12
"""Shares are multiples of its inverse."""

PRIOR = 5.0
"""Weight of the prior beside the loss summed over the answers, one for each row.

With several labels a text there is one for each label of each row.
"""

LEAST_GAIN = 1e-9
"""By how much a move must lower the loss; rounding does less."""

Allowed = Callable[[frozenset[int]], bool]
"""Returns whether an ensemble of these members may be."""


def best_shares(
    candidates: Mapping[int, Logits],
    labels: LabelArray,
    kinds: Mapping[int, Hashable],
    most: int,
    allowed: Allowed,
    prior: float = PRIOR,
) -> dict[int, float]:
    """Return the shares of the best mean of some models.

    All is given to the best model first. Then one unit, or all of a model, moves from it to another one, always where
    that lowers the loss less the prior the most, until no move does.

    Args:
        candidates: calibrated outputs for some rows by trial number.
        labels: labels of the rows.
        kinds: what sort of model each one is, by trial number; models without one are of one kind.
        most: maximum number of models with a share.
        allowed: returns whether an ensemble of these members keeps the constraints.
        prior: weight of the prior, as `PRIOR`.

    Returns:
        Share of each member by trial number, the largest first; they sum to 1. Empty if no model is allowed alone.
    """
    task = task_of(labels)
    own = {number: task.mixable(calibrated_logits(outputs), labels) for number, outputs in candidates.items()}
    losses = {number: task.loss_of_mixed(own[number], labels) for number in own if allowed(frozenset({number}))}
    if not losses:
        return {}
    first = min(losses, key=lambda number: (losses[number], number))
    lags = dict[Hashable, float]()
    for number, loss in losses.items():
        lags[kinds.get(number)] = min(lags.get(kinds.get(number), math.inf), loss - losses[first])
    units, mixed, lowest = Counter({first: UNITS}), own[first], losses[first]
    while True:
        found, most_gain = None, LEAST_GAIN
        for move in _moves(units, own, most, allowed):
            tried = mixed + (own[move.taken] - own[move.given]) * move.units / UNITS
            loss = task.loss_of_mixed(tried, labels) - prior * _likeliness(move.after(units), kinds, lags) / tried.size
            if lowest - loss > most_gain:
                most_gain, found, best_mixed = lowest - loss, move, tried
        if found is None:
            return {number: count / UNITS for number, count in units.most_common()}
        units, mixed, lowest = found.after(units), best_mixed, lowest - most_gain


class _Move(NamedTuple):
    """Some units that one model gives to another."""

    given: int
    taken: int
    units: int

    def after(self, units: Counter[int]) -> Counter[int]:
        """Return the units of each model after this move; models without any are left out."""
        return units - Counter({self.given: self.units}) + Counter({self.taken: self.units})


def _moves(units: Counter[int], numbers: Iterable[int], most: int, allowed: Allowed) -> list[_Move]:
    """Return each move of one unit, and of all units of a model, after which the members may be."""
    moves = [
        _Move(given, taken, moved)
        for given, held in units.items()
        for taken in numbers
        for moved in sorted({1, held})
        if given != taken
    ]
    return [move for move in moves if len(after := frozenset(move.after(units))) <= most and allowed(after)]


def _likeliness(units: Counter[int], kinds: Mapping[int, Hashable], lags: Mapping[Hashable, float]) -> float:
    """Return the logarithm of the prior of some shares, up to a constant; 0 if all is given to the best kind.

    Args:
        units: the units of each model.
        kinds: what sort of model each one is.
        lags: by how much the least own loss of a model of each kind is larger than that of the best model; not of kinds
            without a model that is allowed alone.
    """
    of_kind = Counter[Hashable]()
    for number, count in units.items():
        of_kind[kinds.get(number)] += count
    shares, behind = np.array(list(of_kind.values())) / UNITS, np.array([lags.get(kind, 0.0) for kind in of_kind])
    return float(-(shares * (np.log(shares) + behind)).sum())
