"""Chooses the algorithm of the next trial: the one with the largest expected improvement per second."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, pstdev
from types import MappingProxyType

from optuna.trial import FrozenTrial, TrialState

from automl.storage import attributes
from search_spaces import ALGORITHM, Value
from trials.protocol import BUDGET_STEPS

MOST_FAILURES = 3
"""After this many failures without any result, an algorithm is not tried again while there are others."""

SMALLEST_SPREAD = 1e-4
"""Least assumed spread, as a share of the best value, so that no algorithm is excluded forever."""

LAST_CALL = 1.1
"""Factor on the expected seconds of a trial that must remain when the trial begins."""

SHORTEST_SECONDS = 1.0
"""Least cost of a trial: its placement and its records take time."""

FIRST_RUNG = BUDGET_STEPS // 9
"""Step from which the speed of a running trial is known; the first evaluation includes its start."""

FARTHEST, PIECES = 8.0, 200
"""Range of the numerical integration, in standard deviations beyond the mean, and its number of intervals."""


@dataclass(frozen=True)
class _AlgorithmTrials:
    """The results of an algorithm: losses (smaller is better), seconds of full trials, running and failed trials.

    A running trial with a known speed and a value counts under `losses`; `running` counts the others.
    """

    losses: tuple[float, ...]
    seconds: tuple[float, ...]
    running: int
    failed: int

    @property
    def is_hopeless(self) -> bool:
        return not self.losses and self.failed >= MOST_FAILURES

    @property
    def success(self) -> float:
        """Estimated probability that a trial yields a value."""
        return (len(self.losses) + 1) / (len(self.losses) + self.failed + 1)

    @property
    def best(self) -> float:
        return min(self.losses)


def most_promising(
    trials: Sequence[FrozenTrial],
    options: Sequence[Value],
    *,
    loss: Callable[[FrozenTrial], float | None],
    expected_seconds: Mapping[Value, float] = MappingProxyType({}),
    seconds_left: float | None = None,
) -> Value:
    """Return the algorithm with the largest expected improvement per second.

    The values of an algorithm are modeled as draws from a normal distribution. With few trials, its spread is estimated
    from the differences between algorithms. So an algorithm that is far behind waits long for its next trial, less long
    if it is cheap, and an algorithm that no longer improves gives way to others. An untried algorithm is assumed to be
    as good as the worst one and, without an expectation, as expensive as the most expensive one.

    An expensive algorithm comes first if there would be no time for it later, and if one trial of it promises more than
    the trials of the cheap one in the same time.

    Args:
        trials: the trials of the study, in any order.
        options: the algorithms, the cheapest first.
        loss: returns the latest loss of a trial (smaller is better); None if it has none.
        expected_seconds: expected seconds of a trial, by algorithm, until one has run.
        seconds_left: rest of the time budget; an algorithm that takes longer is skipped if others fit. None is no
            limit.
    """
    tried = {option: _tried(trials, option, loss) for option in options}
    known = {option: found for option, found in tried.items() if found.losses}
    dearest = max((fmean(found.seconds) for found in known.values() if found.seconds), default=SHORTEST_SECONDS)
    seconds = {
        option: max(SHORTEST_SECONDS, fmean(found.seconds) if found.seconds else expected_seconds.get(option, dearest))
        for option, found in tried.items()
    }
    able = [option for option in options if not tried[option].is_hopeless] or options
    fitting = [option for option in able if seconds_left is None or seconds[option] <= seconds_left]
    if not known:
        return min(fitting or able[:1], key=lambda option: (tried[option].running, options.index(option)))
    promises = {option: _improvement(found, known) * found.success for option, found in tried.items()}
    a_second = {option: promise / seconds[option] for option, promise in promises.items()}
    choice = max(fitting or [min(able, key=seconds.__getitem__)], key=a_second.__getitem__)
    if seconds_left is None:
        return choice
    left = seconds_left - seconds[choice]
    late = [option for option in fitting if seconds[option] > max(seconds[choice], left / LAST_CALL)]
    for option in sorted(late, key=a_second.__getitem__, reverse=True):
        if promises[option] > _improvement(tried[choice], known, seconds[option] / seconds[choice]):
            return option
    return choice


def _tried(
    trials: Sequence[FrozenTrial], option: Value, loss: Callable[[FrozenTrial], float | None]
) -> _AlgorithmTrials:
    own = [trial for trial in trials if trial.params.get(ALGORITHM) == option]
    ended = [trial for trial in own if trial.state.is_finished()]
    running = [trial for trial in own if trial.state == TrialState.RUNNING]
    paces = {trial.number: pace for trial in running if (pace := _projected_seconds(trial)) is not None}
    values = [value for trial in ended if (value := loss(trial)) is not None]
    so_far = [value for trial in running if trial.number in paces and (value := loss(trial)) is not None]
    seconds = [_own_seconds(trial) for trial in ended if trial.state == TrialState.COMPLETE] or paces.values()
    return _AlgorithmTrials((*values, *so_far), tuple(seconds), len(running) - len(so_far), len(ended) - len(values))


def _projected_seconds(trial: FrozenTrial) -> float | None:
    """Return the total seconds of a running trial, projected from its speed; None while that is unknown."""
    scored = attributes.read_evaluations(trial.user_attrs)
    if not scored or scored[-1].step < FIRST_RUNG or scored[-1].fold is not None:
        return None
    return scored[-1].seconds * BUDGET_STEPS / scored[-1].step


def _own_seconds(trial: FrozenTrial) -> float:
    """Return the seconds of a trial, without work that later trials reuse."""
    cost = trial.user_attrs.get(attributes.COST)
    if cost:  # includes all attempts, while Optuna knows the start of the last one only
        return float(cost["seconds"] - cost.get("shared_seconds", 0.0))
    return 0.0 if trial.duration is None else trial.duration.total_seconds()


def _improvement(tried: _AlgorithmTrials, known: Mapping[Value, _AlgorithmTrials], times: float = 1.0) -> float:
    """Return the expected improvement on the best value so far by `times` more trials.

    The spread of n trials combines their standard deviation with 1/n of the estimate from the other algorithms.
    """
    bests = [other.best for other in known.values()]
    best, apart = min(bests), max(bests) - min(bests)
    guess = max(apart, SMALLEST_SPREAD * abs(best), 1e-12)
    if not tried.losses:
        return expected_improvement(best - max(bests), guess, times) / (1 + tried.running)
    mean = fmean(tried.losses)
    spread = math.hypot(pstdev(tried.losses), guess / (len(tried.losses) + tried.running))
    return expected_improvement(best - mean, spread, times)


def expected_improvement(ahead: float, spread: float, times: float = 1.0) -> float:
    """Return the mean of the positive part of the largest of several equal, independent normal variables.

    For one variable, the formula is eq. 15 of Jones et al., "Efficient Global Optimization of Expensive Black-Box
    Functions", 1998. For several, the tail probability is integrated by the trapezoidal rule.

    Args:
        ahead: mean of each variable, the expected gain over the best value.
        spread: standard deviation of each variable, at least 0.
        times: number of variables, which need not be whole.
    """
    if spread == 0:
        return max(0.0, ahead)
    place, normal = ahead / spread, NormalDist()
    if times == 1:
        return ahead * normal.cdf(place) + spread * normal.pdf(place)
    width = max(0.0, place + FARTHEST) / PIECES
    above = [1 - math.pow(normal.cdf(width * piece - place), times) for piece in range(PIECES + 1)]
    return spread * width * (sum(above) - (above[0] + above[-1]) / 2)
