"""What further trials of an algorithm promise, from the best values that it has shown.

The model is peaks over threshold (Pickands, "Statistical Inference Using Extreme Order Statistics", 1975): only the
best values of an algorithm say what its next best one may be. Bad trials count as draws that brought nothing.

Let x_1 >= x_2 >= ... be the values of n trials. The excess of a value over the threshold x_(m+1) is exponential with
mean s. By Rényi's representation of order statistics (1953), the sum of the m excesses

    G_m = sum over i <= m of (x_i - x_(m+1))

is a sum of m independent exponential variables of mean s. With a gamma prior on 1/s of shape `PRIOR_SHAPE` = a_0 and
prior mean s_0 of s, the posterior has shape a = a_0 + m and rate B = (a_0 - 1) s_0 + G_m. The next trial exceeds x_1
with probability 1 / (n + 1), whatever the distribution. So its expected improvement (Jones et al., "Efficient Global
Optimization of Expensive Black-Box Functions", 1998) on a value that lies g >= 0 above x_1 is

    EI = E[s exp(-g / s)] / (n + 1) = B / (a - 1) (1 + g / B)^-(a - 1) / (n + 1)

For g = 0, EI = E[s] / (n + 1) is the exact expected gain of a record. The threshold is the most sceptical one of
m = 0 .. `MOST_EXCESSES`. So a further value below the threshold changes nothing but n, and never raises EI.

A running trial counts in n, as one that will bring nothing: the constant liar of Ginsbourger et al., "Kriging Is
Well-Suited to Parallelize Optimization", 2010. For g = 0 it is exact: with k trials running, the expected gain by one
more is E[s] / (n + k + 1).
"""

import heapq
import math
from collections.abc import Iterable

PRIOR_SHAPE = 3.0
"""Weight of the prior scale, in excesses plus 1; more than 1, so that the mean exists."""

MOST_EXCESSES = 30
"""Most excesses over a threshold that are used; of many values, those farther down say little about the best."""


def next_record(losses: Iterable[float], target: float, scale: float) -> float:
    """Return n + 1 times the expected improvement of the next trial, after n trials.

    Args:
        losses: the losses of the trials (smaller is better) in any order, at least one.
        target: the loss that must be improved on.
        scale: prior mean of the excess of a value over a threshold, positive.
    """
    first, *others = heapq.nsmallest(MOST_EXCESSES + 1, losses)
    gap, shape, rate = max(0.0, first - target), PRIOR_SHAPE, (PRIOR_SHAPE - 1) * scale
    least, total = _mean_excess(gap, shape, rate), first
    for count, loss in enumerate(others, start=1):
        least = min(least, _mean_excess(gap, shape + count, rate + count * loss - total))
        total += loss
    return least


def first_value(gap: float, scale: float) -> float:
    """Return the expected improvement of the first trial of an algorithm.

    Args:
        gap: how far its value is expected to lie below the best one; 0 or less if it is as good.
        scale: prior mean of the excess of a value over a threshold, positive.
    """
    return _mean_excess(max(0.0, gap), PRIOR_SHAPE, (PRIOR_SHAPE - 1) * scale)


def of_further(record: float, draws: int, times: float) -> float:
    """Return the expected improvement by several further trials together.

    It is the sum of `record` / (n + 1), `record` / (n + 2), ..., which is extended to any number of terms by the
    logarithm: the sum of 1 / i for i in n + 1 .. n + t is about ln((n + t + 1/2) / (n + 1/2)).

    Args:
        record: the result of `next_record`, or of `first_value` for an algorithm without any value.
        draws: number n of trials that have ended or run.
        times: number t of further trials, which need not be whole.
    """
    return record * math.log1p(times / (draws + 0.5))


def _mean_excess(gap: float, shape: float, rate: float) -> float:
    """Return the mean of s exp(-gap / s), where 1/s has a gamma distribution of this shape and rate."""
    return rate / (shape - 1) * math.pow(1 + gap / rate, 1 - shape)
