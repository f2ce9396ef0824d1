"""Simulated searches with the former and the present choice of the algorithm.

    python -m benchmarks.choosers [--repeats 200] [--world reviews ...]

Prints, for each world, number of slots and budget, the true value of the winner with both choices, the mean of the
paired differences with its 95% interval, and the share of time of each algorithm.
"""

import argparse
import math
from collections.abc import Sequence
from statistics import fmean, stdev

from benchmarks.choosers.simulation import Found, formerly_chosen, now_chosen, search
from benchmarks.choosers.worlds import WORLDS

SLOTS, MINUTES = (1, 8, 64), (3, 10)


def row(world: str, slots: int, minutes: int, repeats: int) -> str:
    """One row of the table."""
    found: dict[str, list[Found]] = {"former": [], "present": []}
    for seed in range(repeats):
        found["former"].append(search(WORLDS[world], formerly_chosen, slots, 60.0 * minutes, seed))
        found["present"].append(search(WORLDS[world], now_chosen, slots, 60.0 * minutes, seed))
    gains = [after.true - before.true for before, after in zip(*found.values(), strict=True)]
    means = [fmean(each.true for each in runs) for runs in found.values()]
    gain, error = fmean(gains), 1.96 * stdev(gains) / math.sqrt(repeats)
    shares = [_shares(runs) for runs in found.values()]
    return (
        f"| {world} | {slots} | {minutes} | {means[0]:.4f} | {means[1]:.4f} | {gain:+.4f} ± {error:.4f} "
        f"| {shares[0]} | {shares[1]} |"
    )


def _shares(runs: Sequence[Found]) -> str:
    return ", ".join(f"{100 * fmean(each.shares[name] for each in runs):.0f}" for name in runs[0].shares)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--world", nargs="+", default=list(WORLDS), choices=list(WORLDS))
    parser.add_argument("--slots", nargs="+", type=int, default=SLOTS)
    options = parser.parse_args()
    print("| world | slots | minutes | former | present | gain | % of time, former | % of time, present |")
    print("|---|---:|---:|---:|---:|---:|---|---|")
    for world in options.world:
        for slots in options.slots:
            for minutes in MINUTES:
                print(row(world, slots, minutes, options.repeats), flush=True)


if __name__ == "__main__":
    main()
