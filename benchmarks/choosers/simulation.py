"""One simulated search: slots that take trial after trial until the time is over."""

import heapq
import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from automl.hpo.samplers.algorithms import AlgorithmResults, most_promising, standard_error
from automl.hpo.samplers.algorithms.upper_tail import MOST_EXCESSES
from benchmarks.choosers import former
from benchmarks.choosers.worlds import FIRST_RUNG, Algorithm, Draw, draw
from trials.protocol import BUDGET_STEPS

VALIDATION_ROWS = 640
EVALUATIONS = BUDGET_STEPS // FIRST_RUNG


@dataclass
class Past:
    """All ended trials of an algorithm, as sums, and the running ones.

    Attributes:
        best: the smallest losses, ascending, as many as the choice reads.
        running: the running trials, each with the second at which it began.
    """

    ended: int = 0
    valued: int = 0
    total: float = 0.0
    squares: float = 0.0
    spent: float = 0.0
    complete: int = 0
    complete_seconds: float = 0.0
    best: list[float] = field(default_factory=list)
    running: dict[int, tuple[float, Draw]] = field(default_factory=dict)

    def end(self, trial: Draw) -> None:
        """Note the end of a trial."""
        self.ended += 1
        self.spent += trial.full * trial.share
        if trial.fails:
            return
        loss = -(trial.true + trial.noise - trial.lag(trial.share))
        self.valued, self.total, self.squares = self.valued + 1, self.total + loss, self.squares + loss * loss
        self.best = sorted([*self.best, loss])[: MOST_EXCESSES + 1]
        if trial.share == 1:
            self.complete, self.complete_seconds = self.complete + 1, self.complete_seconds + trial.full

    def told(self, now: float) -> list[tuple[float, float, float]]:
        """Of each running trial with an evaluation: its loss, the seconds until then, and those of the whole trial."""
        found = []
        for begun, trial in self.running.values():
            share = math.floor((now - begun) / trial.full * EVALUATIONS) / EVALUATIONS
            if trial.gradual and share > 0:
                found.append((-(trial.true + trial.noise - trial.lag(share)), share * trial.full, trial.full))
        return found

    def full(self, told: list[tuple[float, float, float]]) -> float | None:
        """Mean seconds of a full trial."""
        if self.complete:
            return self.complete_seconds / self.complete
        return sum(full for *_, full in told) / len(told) if told else None


Chooser = Callable[[Mapping[str, Past], float, float], str]


def now_chosen(past: Mapping[str, Past], now: float, seconds_left: float) -> str:
    """The algorithm that is chosen today."""
    results = {}
    for each, own in past.items():
        told = own.told(now)
        losses = [*own.best, *(loss for loss, *_ in told)]
        spent = own.spent + sum(spent for _, spent, _ in told)
        results[each] = AlgorithmResults(losses, own.ended, len(own.running), spent, own.full(told))
    best = -min((found.best for found in results.values() if found.losses), default=0.0)
    return str(most_promising(results, seconds_left=seconds_left, noise=standard_error(best, VALIDATION_ROWS)))


def formerly_chosen(past: Mapping[str, Past], now: float, seconds_left: float) -> str:
    """The algorithm that was chosen formerly."""
    seen = {}
    for each, own in past.items():
        told = own.told(now)
        losses = [loss for loss, *_ in told]
        count = own.valued + len(losses)
        mean = (own.total + sum(losses)) / count if count else 0.0
        variance = (own.squares + sum(loss * loss for loss in losses)) / count - mean * mean if count else 0.0
        best = min([*own.best, *losses], default=math.inf)
        silent, failed = len(own.running) - len(told), own.ended - own.valued
        seen[each] = former.Seen(count, mean, math.sqrt(max(0.0, variance)), best, own.full(told), silent, failed)
    return former.most_promising(seen, seconds_left)


@dataclass(frozen=True)
class Found:
    """What a search has found.

    Attributes:
        measured: the best value on the validation split.
        true: the value on all texts of the model that has it.
        shares: the share of the slots' time by algorithm.
        trials: number of trials by algorithm.
    """

    measured: float
    true: float
    shares: Mapping[str, float]
    trials: Mapping[str, int]


def search(world: Mapping[str, Algorithm], choose: Chooser, slots: int, seconds: float, seed: int) -> Found:
    """One search. The n-th trial of an algorithm is the same for all choosers with the same seed."""
    dice = {each: np.random.default_rng([seed, place]) for place, each in enumerate(world)}
    past = {each: Past() for each in world}
    first = [each for each, algorithm in world.items() if algorithm.is_first]
    spent, trials = dict.fromkeys(world, 0.0), dict.fromkeys(world, 0)
    best, ends = (-math.inf, 0.0), list[tuple[float, int, str]]()
    now, numbers = 0.0, itertools.count()
    while True:
        while len(ends) < slots:
            chosen = first.pop(0) if first else choose(past, now, seconds - now)
            number, trial = next(numbers), draw(world[chosen], dice[chosen])
            past[chosen].running[number] = now, trial
            trials[chosen] += 1
            heapq.heappush(ends, (now + max(trial.full * trial.share, 0.5), number, chosen))
        end, number, chosen = heapq.heappop(ends)
        begun, trial = past[chosen].running.pop(number)
        spent[chosen] += min(end, seconds) - begun
        share = trial.share if end <= seconds else (seconds - begun) / trial.full
        share = share if share == 1 else math.floor(share * EVALUATIONS) / EVALUATIONS
        if not trial.fails and share > (0 if trial.gradual else 0.99):
            true = trial.true - trial.lag(share)
            best = max(best, (true + trial.noise, true))
        if end > seconds:
            for each, own in past.items():  # the others are cut off, too
                for since, cut in own.running.values():
                    spent[each] += seconds - since
                    share = math.floor((seconds - since) / cut.full * EVALUATIONS) / EVALUATIONS
                    if cut.gradual and share > 0:
                        true = cut.true - cut.lag(min(share, cut.share))
                        best = max(best, (true + cut.noise, true))
            break
        now = end
        past[chosen].end(trial)
    total = sum(spent.values())
    return Found(best[0], best[1], {each: value / total for each, value in spent.items()}, trials)
