"""Which algorithm a study of several should try next: the one that promises most for the time that it takes."""

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
"""An algorithm whose first trials all failed, so many of them, is not tried again while there are others."""

SMALLEST_SPREAD = 1e-4
"""Values spread by this share of the best one at least, so that no algorithm is ever quite given up."""

LAST_CALL = 1.1
"""An algorithm that is to be begun in time must have so much more than what a trial of it takes."""

SHORTEST_SECONDS = 1.0
"""A trial costs no less: it must be placed and written down."""

FIRST_RUNG = BUDGET_STEPS // 9
"""Where a trial has shown its pace; its first look comes with its start."""

FARTHEST, PIECES = 8.0, 200
"""To how many standard deviations beyond its mean a normal variable is followed, and in how many pieces."""


@dataclass(frozen=True)
class _AlgorithmTrials:
    """What an algorithm has shown: losses (smaller is better), seconds of full trials; trials that run, or failed.

    A trial that runs and was scored has a loss, too; `running` are the others.
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
        """How likely a trial is to come to a score."""
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
    """The algorithm with the largest expected improvement a second.

    The values of an algorithm's trials are taken for draws from a normal distribution, whose spread is guessed from how
    far the algorithms are apart until there are trials enough. So one that is far behind is not tried again soon, and
    sooner if it is cheap; and one that has reached what it can gives way to others. What has not been tried is taken
    for no better than the worst and, if nothing is said, no cheaper than the dearest.

    A dear one goes first where it would come too late otherwise, if one trial of it promises more than what the cheap
    one would bring in the same time.

    Args:
        trials: of the study, in any order.
        options: the algorithms, the cheapest first.
        loss: what a trial came to, or has come to so far, less is better; None if that is nothing.
        expected_seconds: what a trial of an algorithm is expected to take, until one has run.
        seconds_left: what is left of the time budget; an algorithm that takes longer is left out while others do not.
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
    """What a trial that runs will have taken at its end, by its pace until now; None before it has shown one."""
    scored = attributes.read_evaluations(trial.user_attrs)
    if not scored or scored[-1].step < FIRST_RUNG or scored[-1].fold is not None:
        return None
    return scored[-1].seconds * BUDGET_STEPS / scored[-1].step


def _own_seconds(trial: FrozenTrial) -> float:
    """What it took, but for what the next one finds done."""
    cost = trial.user_attrs.get(attributes.COST)
    if cost:  # of all its tries, where Optuna knows when the last one began
        return float(cost["seconds"] - cost.get("shared_seconds", 0.0))
    return 0.0 if trial.duration is None else trial.duration.total_seconds()


def _improvement(tried: _AlgorithmTrials, known: Mapping[Value, _AlgorithmTrials], times: float = 1.0) -> float:
    """How much better than the best so far the best of `times` more trials is expected to be.

    Of n trials the spread is theirs, and 1/n of the guess on top: with a single one, the guess alone.
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
    """The mean of what the largest of `times` normal variables with mean `ahead` and that spread has beyond 0.

    Of one: Jones et al., "Efficient Global Optimization of Expensive Black-Box Functions", 1998, eq. 15. Of several the
    integral of the chance to be above, by the trapezoidal rule.
    """
    if spread == 0:
        return max(0.0, ahead)
    place, normal = ahead / spread, NormalDist()
    if times == 1:
        return ahead * normal.cdf(place) + spread * normal.pdf(place)
    width = max(0.0, place + FARTHEST) / PIECES
    above = [1 - math.pow(normal.cdf(width * piece - place), times) for piece in range(PIECES + 1)]
    return spread * width * (sum(above) - (above[0] + above[-1]) / 2)
