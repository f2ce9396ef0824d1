"""Chooses the algorithm of the next trial: the one with the largest expected improvement per second."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

from automl.hpo.samplers.algorithms.results import AlgorithmResults
from automl.hpo.samplers.algorithms.upper_tail import first_value, next_record, of_further
from search_spaces import Value

SMALLEST_SCALE = 1e-4
"""Least assumed scale of the differences between trials, as a share of the best value, so that it is positive."""

LAST_CALL = 1.1
"""Factor on the expected seconds of a trial that must remain when the trial begins."""

SHORTEST_SECONDS = 1.0
"""Least cost of a trial: its placement and its records take time."""

AHEAD = 20
"""Number of trials whose joint promise is the whole promise of an algorithm if the search has no time limit."""


@dataclass(frozen=True)
class _Prospect:
    """What trials of an algorithm promise, and what they cost.

    Attributes:
        record: `next_record`, or `first_value` for an algorithm without any value.
        draws: number of trials that have ended or run.
        full: seconds of a trial of the full budget, at least `SHORTEST_SECONDS`.
        cost: mean seconds of a trial, however it ends, at least `SHORTEST_SECONDS`.
    """

    record: float
    draws: int
    full: float
    cost: float

    @property
    def next(self) -> float:
        """Expected improvement by one more trial, besides those that run."""
        return self.record / (self.draws + 1)

    @property
    def per_second(self) -> float:
        """Expected improvement per second (Snoek et al., "Practical Bayesian Optimization", 2012, section 3.2)."""
        return self.next / self.cost

    def further(self, times: float) -> float:
        """Return the expected improvement by several more trials."""
        return of_further(self.record, self.draws, times)


def most_promising(
    results: Mapping[Value, AlgorithmResults],
    *,
    expected_seconds: Mapping[Value, float] = MappingProxyType({}),
    seconds_left: float | None = None,
    noise: float = 0.0,
    standings: Mapping[Value, float] = MappingProxyType({}),
    taken: Collection[Value | None] = (),
) -> Value:
    """Return the algorithm with the largest expected improvement per second.

    What an algorithm promises follows from its best values, its number of trials and those that run (`upper_tail`). Its
    cost is the mean over all ends: a pruned trial costs what it has cost. So promise over cost is what a second brings
    in the long run, whatever share of the trials is pruned or fails.

    An algorithm is not begun while all trials of it that still have time promise less together than the noise of the
    validation split, as long as another one promises more. If none does, the one that promises most in the time that
    is left is chosen.

    An algorithm whose trials would have to wait for a device waits, too, while another one promises more than that
    noise.

    An expensive algorithm comes first if there would be no time for it later, and if one trial of it promises more than
    the trials of the cheap one in the same time.

    Args:
        results: the results of each algorithm, the cheapest first.
        expected_seconds: expected seconds of a trial, by algorithm, until one has run.
        seconds_left: rest of the time budget; an algorithm that takes longer is skipped if others fit. None is no
            limit.
        noise: standard error of a value on the validation split; 0 if it is unknown.
        standings: how good each algorithm is expected to be before its first value, in multiples of the typical
            difference between algorithms; larger is better, and only differences matter.
        taken: algorithms whose trials would have to wait for a device.
    """
    able = {each: found for each, found in results.items() if not found.is_hopeless} or results
    prospects = _prospects(results, expected_seconds, noise, standings)
    fitting = [each for each in able if seconds_left is None or prospects[each].full <= seconds_left]
    if not any(found.losses for found in results.values()):
        # `min` takes the first of equals, which is the cheapest.
        return min(_free(fitting, taken) or list(able)[:1], key=lambda each: results[each].running)
    if not fitting:
        return min(able, key=lambda each: prospects[each].full)
    slots = 1 + sum(found.workers for found in results.values())
    whole = {
        each: prospects[each].further(AHEAD if seconds_left is None else slots * seconds_left / prospects[each].cost)
        for each in fitting
    }
    worthy = _free([each for each in fitting if whole[each] >= noise], taken)
    if not worthy:
        return max(fitting, key=whole.__getitem__)
    choice = max(worthy, key=lambda each: prospects[each].per_second)
    return choice if seconds_left is None else _at_last_call(choice, worthy, prospects, seconds_left)


def _free(algorithms: list[Value], taken: Collection[Value | None]) -> list[Value]:
    """Return those of some algorithms that need not wait for a device; all if all must."""
    return [each for each in algorithms if each not in taken] or algorithms


def _at_last_call(
    choice: Value, worthy: list[Value], prospects: Mapping[Value, _Prospect], seconds_left: float
) -> Value:
    """Return an algorithm that does not fit after a trial of `choice` but promises more; else `choice`."""
    chosen = prospects[choice]
    left = seconds_left - chosen.full
    late = [each for each in worthy if prospects[each].full > max(chosen.full, left / LAST_CALL)]
    for each in sorted(late, key=lambda each: prospects[each].per_second, reverse=True):
        if prospects[each].next > chosen.further(prospects[each].full / chosen.cost):
            return each
    return choice


def _prospects(
    results: Mapping[Value, AlgorithmResults],
    expected_seconds: Mapping[Value, float],
    noise: float,
    standings: Mapping[Value, float],
) -> dict[Value, _Prospect]:
    bests = {each: found.best for each, found in results.items() if found.losses}
    target = min(bests.values(), default=0.0)
    behind = sorted(best - target for best in bests.values())[1:]
    scale = max(median(behind or [0.0]), noise, SMALLEST_SCALE * abs(target), 1e-12)
    dearest = max((found.full for found in results.values() if found.full is not None), default=SHORTEST_SECONDS)
    prospects = {}
    for each, found in results.items():
        full = found.full if found.full is not None else expected_seconds.get(each, dearest)
        if found.losses:
            record = next_record(found.losses, target, scale)
        else:
            own = standings.get(each, 0.0)
            like = [best - (own - standings.get(other, 0.0)) * scale for other, best in bests.items()]
            record = first_value(median(like or [0.0]) - target, scale)
        cost = found.mean_cost if found.mean_cost is not None else full
        prospects[each] = _Prospect(record, found.draws, max(SHORTEST_SECONDS, full), max(SHORTEST_SECONDS, cost))
    return prospects
