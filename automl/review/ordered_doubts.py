"""Likely wrong numbers and ranks: those far from what models expect that were not fitted to them.

What counts as far from a number follows from the errors of the models themselves, by the median and the median absolute
deviation, which the wrong numbers do not move: the modified z-score of Iglewicz and Hoaglin, "How to detect and handle
outliers", 1993, with their limit.

Of ranks it is the expected distance. A neighbour of the true rank is often probable, too, so that a rank is not likely
wrong because another one is more probable.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from automl.review.confident_learning import LabelDoubts
from trials.tasks import LabelArray, Numbers

LIMIT = 3.5
"""Usual errors from which on a number is likely wrong."""

LOWER_LIMIT = 2.0
"""Usual errors from which on the models get a number wrong: one of 20, where errors are normal."""

RANK_LIMIT = 1.0
"""Expected ranks by which a wrong rank lies farther off than the best one."""

_BY_MEDIAN, _BY_MEAN = 1.4826, 1.2533
"""Standard deviation of a normal distribution by its median and by its mean absolute deviation."""


@dataclass(frozen=True)
class NumberDoubts:
    """What the predictions of a model say about given numbers; arrays have shape (n,).

    Attributes:
        suggested: the predicted numbers.
        distances: how far given and predicted numbers lie apart, less the median of the differences, in usual errors.
        usual_error: the deviation of the differences as their median absolute deviation tells it, in the unit of the
            numbers.
    """

    suggested: Numbers
    distances: Numbers
    usual_error: float

    @property
    def is_error(self) -> NDArray[np.bool_]:
        """Whether each number is likely wrong."""
        return self.distances > LIMIT

    @property
    def is_mistake(self) -> NDArray[np.bool_]:
        """Whether the models get each number wrong."""
        return self.distances > LOWER_LIMIT

    @property
    def margin(self) -> Numbers:
        """By what rows are ranked: the distances."""
        return self.distances

    def ranking(self) -> NDArray[np.int64]:
        """Return all rows, the most doubtful number first."""
        order: NDArray[np.int64] = np.argsort(-self.distances, kind="stable")
        return order


def doubt_numbers(predicted: Numbers, given: Numbers) -> NumberDoubts:
    """Compare given numbers with predictions.

    Args:
        predicted: by a model that was not fitted to the row, shape (n,).
        given: the given numbers, shape (n,).
    """
    differences = given - predicted
    centred = np.abs(differences - np.median(differences))
    usual = _BY_MEDIAN * float(np.median(centred))
    if usual == 0.0:  # half of the differences or more are equal
        usual = _BY_MEAN * float(np.mean(centred)) or 1.0
    return NumberDoubts(predicted, centred / usual, usual)


@dataclass(frozen=True)
class RankDoubts(LabelDoubts):
    """What the probabilities of a model say about given ranks.

    Attributes:
        excess: how much farther the true rank lies from the given one, on average over the probabilities, than from the
            suggested one, in ranks, shape (n,).
    """

    excess: NDArray[np.float64]

    @property
    def margin(self) -> NDArray[np.float64]:
        """By what rows are ranked: the excess."""
        return self.excess


def doubt_ranks(probabilities: NDArray[np.float64], labels: LabelArray) -> RankDoubts:
    """Compare given ranks with out-of-fold probabilities.

    The suggestion is the rank with the smallest expected distance, the median; where that is the given one, the most
    probable other.

    Args:
        probabilities: by a model that was not fitted to the row, shape (n, classes).
        labels: the given ranks, shape (n,).
    """
    rows, ranks = np.arange(len(labels)), np.arange(probabilities.shape[1])
    expected = probabilities @ np.abs(ranks[:, None] - ranks)
    excess = expected[rows, labels] - expected.min(axis=1)
    others = probabilities.copy()
    others[rows, labels] = -1.0
    median = expected.argmin(axis=1)
    suggested = np.where(median == labels, others.argmax(axis=1), median)
    given, found = probabilities[rows, labels], probabilities[rows, suggested]
    return RankDoubts(suggested, given, found, excess >= RANK_LIMIT, excess)
