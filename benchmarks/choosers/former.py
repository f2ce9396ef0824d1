"""The former choice of the algorithm: expected improvement per second of a normal distribution of all values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

LAST_CALL, SHORTEST_SECONDS, MOST_FAILURES, SMALLEST_SPREAD = 1.1, 1.0, 3, 1e-4
FARTHEST, PIECES = 8.0, 200


@dataclass(frozen=True)
class Seen:
    """What the former choice knew of an algorithm.

    Attributes:
        count: number of values, of completed and pruned trials and of running ones once their speed is known.
        mean: their mean, as losses.
        deviation: their standard deviation.
        best: the smallest loss.
        seconds: mean seconds of completed trials, or else the projected ones of running trials; None without any.
        running: number of running trials without a value.
        failed: number of ended trials without one.
    """

    count: int
    mean: float
    deviation: float
    best: float
    seconds: float | None
    running: int
    failed: int


def most_promising(tried: Mapping[str, Seen], seconds_left: float) -> str:
    """The algorithm that is tried next."""
    known = {each: seen for each, seen in tried.items() if seen.count}
    dearest = max((seen.seconds for seen in known.values() if seen.seconds is not None), default=SHORTEST_SECONDS)
    seconds = {
        each: max(SHORTEST_SECONDS, seen.seconds if seen.seconds is not None else dearest)
        for each, seen in tried.items()
    }
    able = [each for each, seen in tried.items() if seen.count or seen.failed < MOST_FAILURES] or list(tried)
    fitting = [each for each in able if seconds[each] <= seconds_left]
    if not known:
        return min(fitting or able[:1], key=lambda each: tried[each].running)
    promises = {
        each: _improvement(seen, known) * (seen.count + 1) / (seen.count + seen.failed + 1)
        for each, seen in tried.items()
    }
    a_second = {each: promise / seconds[each] for each, promise in promises.items()}
    choice = max(fitting or [min(able, key=seconds.__getitem__)], key=a_second.__getitem__)
    left = seconds_left - seconds[choice]
    late = [each for each in fitting if seconds[each] > max(seconds[choice], left / LAST_CALL)]
    for each in sorted(late, key=a_second.__getitem__, reverse=True):
        if promises[each] > _improvement(tried[choice], known, seconds[each] / seconds[choice]):
            return each
    return choice


def _improvement(seen: Seen, known: Mapping[str, Seen], times: float = 1.0) -> float:
    bests = [other.best for other in known.values()]
    best, apart = min(bests), max(bests) - min(bests)
    guess = max(apart, SMALLEST_SPREAD * abs(best), 1e-12)
    if not seen.count:
        return _expected_improvement(best - max(bests), guess, times) / (1 + seen.running)
    spread = math.hypot(seen.deviation, guess / (seen.count + seen.running))
    return _expected_improvement(best - seen.mean, spread, times)


def _expected_improvement(ahead: float, spread: float, times: float) -> float:
    place, normal = ahead / spread, NormalDist()
    if times == 1:
        return ahead * normal.cdf(place) + spread * normal.pdf(place)
    width = max(0.0, place + FARTHEST) / PIECES
    above = [1 - math.pow(normal.cdf(width * piece - place), times) for piece in range(PIECES + 1)]
    return spread * width * (sum(above) - (above[0] + above[-1]) / 2)
