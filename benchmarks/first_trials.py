"""From which trial on successive halving should judge: simulated searches with one algorithm.

    python -m benchmarks.first_trials [--repeats 400]

A trial is pruned by the rules of `automl.hpo.pruners.asha` if at least so many values are at a rung, its own included.
Values at the first rung and final ones are normal and have the given correlation; in between a value rises smoothly.
Prints the mean of the best value of a search, in standard deviations above the mean of final values, for several
budgets (in full trials).
"""

import argparse
import heapq
import math
from bisect import insort
from statistics import fmean, stdev

import numpy as np

FIRST_RUNG, FACTOR, STEPS = 9, 3, range(9, 82, 9)
FEWEST = (2, 4, 6)
FARTHEST_BEHIND = 3.0
"""How far an ordinary trial lags behind at the first rung, in standard deviations of final values."""

BUDGETS = (2, 4, 8, 16, 32)


def is_pruned(rungs: dict[int, list[float]], own: dict[int, float], step: int, value: float, fewest: int) -> bool:
    """Whether a trial is stopped at a step; notes its value at the rungs that it passes."""
    passed = len(own)
    if passed and step < FIRST_RUNG * FACTOR**passed:
        values = rungs[passed - 1]
        better = sum(other > value for other in values) - (own[passed - 1] > value)
        return len(values) >= fewest and better > (len(values) - 1) / 2
    while step >= FIRST_RUNG * FACTOR**passed:
        values = rungs.setdefault(passed, [])
        insort(values, value)
        own[passed] = value
        if len(values) >= fewest and value < values[-max(len(values) // FACTOR, 1)]:
            return True
        passed += 1
    return False


def drawn(dice: np.random.Generator, correlation: float) -> tuple[float, float]:
    """The final value of a trial, and how far it lags behind at the first rung."""
    final, other = (float(each) for each in dice.standard_normal(2))
    early = correlation * final + math.sqrt(1 - correlation**2) * other
    return final, max(0.0, FARTHEST_BEHIND + final - early)


def search(correlation: float, slots: int, budget: float, fewest: int, seed: int) -> float:
    """The best value of one search. The n-th trial is the same for all rules with the same seed."""
    dice, rungs, best = np.random.default_rng(seed), dict[int, list[float]](), -math.inf
    ends = list[tuple[float, int, int, float, float, dict[int, float]]]()
    for number in range(slots):
        heapq.heappush(ends, (1 / 9, number, 9, *drawn(dice, correlation), {}))
    number, now = slots, 0.0
    while now <= budget:
        now, this, step, final, lag, own = heapq.heappop(ends)
        if now > budget:
            break
        left = (1 - step / 81) / (1 - 1 / 9)
        value = final - lag * left**2
        best = max(best, value)
        if step == 81 or is_pruned(rungs, own, step, value, fewest):
            heapq.heappush(ends, (now + 1 / 9, number, 9, *drawn(dice, correlation), {}))
            number += 1
        else:
            heapq.heappush(ends, (now + 1 / 9, this, step + 9, final, lag, own))
    return best


def main() -> None:
    """Prints a row for each correlation, number of slots and rule."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=400)
    repeats = parser.parse_args().repeats
    print(f"| correlation | slots | judged from | {' | '.join(f'{each} trials' for each in BUDGETS)} |")
    print(f"|---:|---:|---:|{'---:|' * len(BUDGETS)}")
    for correlation in (-0.3, 0.0, 0.3, 0.6, 0.9):
        for slots in (1, 8):
            for fewest in FEWEST:
                cells = []
                for budget in BUDGETS:
                    found = [search(correlation, slots, budget, fewest, seed) for seed in range(repeats)]
                    cells.append(f"{fmean(found):.2f} ± {1.96 * stdev(found) / math.sqrt(repeats):.2f}")
                print(f"| {correlation} | {slots} | {fewest} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
