"""Trains one model with the `Trainer` of transformers and with ours, taking turns, and prints texts a second.

python -m benchmarks.throughput
python -m benchmarks.throughput --levers    also ours without each of its levers
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.throughput.worker import OURS, PEER, WITHOUT, Worker

TURN = {"rotten-tomatoes": 800, "bbc-news": 160}
"""Examples a turn, by corpus: short texts and long ones, some two seconds each."""

ENCODERS = ("modernbert/mean", "modernbert/cls", "bert/cls")


def main() -> None:
    """Parses, takes turns, prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.throughput", description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=9, help="turns of each contender (9), after one to warm up")
    parser.add_argument("--sources", default=",".join(TURN), help=f"some of {', '.join(TURN)}")
    parser.add_argument("--encoders", default=",".join(ENCODERS), help=f"some of {', '.join(ENCODERS)}")
    parser.add_argument("--levers", action="store_true", help="also ours without each lever")
    chosen = parser.parse_args()
    contenders = [PEER, OURS]
    if chosen.levers:
        from benchmarks.throughput.ours import LEVERS  # noqa: PLC0415  (torch)

        contenders += [WITHOUT + lever for lever in LEVERS]
    print("| texts | model | contender | texts a second, median (range) | against HF Trainer | against ours |")
    print("| --- | --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as cache:
        for source in chosen.sources.split(","):
            for encoder in chosen.encoders.split(","):
                rates = take_turns(contenders, source, encoder, chosen.turns, Path(cache))
                for contender in contenders:
                    print(row(source, encoder, contender, rates), flush=True)


def take_turns(contenders: list[str], source: str, encoder: str, turns: int, cache: Path) -> dict[str, list[float]]:
    """Texts a second of each contender in each turn; only one trains at a time."""
    workers = {contender: Worker(contender, source, encoder, cache) for contender in contenders}
    rates: dict[str, list[float]] = {contender: [] for contender in contenders}
    for _ in range(turns + 1):
        for contender, worker in workers.items():
            rates[contender].append(worker.rate(TURN[source]))
    for worker in workers.values():
        worker.stop()
    return {contender: found[1:] for contender, found in rates.items()}


def row(source: str, encoder: str, contender: str, rates: dict[str, list[float]]) -> str:
    """One line of the table; ratios are medians over turns, as neighbours in time share the machine's noise."""
    found = rates[contender]
    ratios = [
        f"{statistics.median(mine / theirs for mine, theirs in zip(found, rates[other], strict=True)):.2f}x"
        for other in (PEER, OURS)
    ]
    spread = f"{statistics.median(found):.0f} ({min(found):.0f} to {max(found):.0f})"
    return f"| {source} | {encoder} | {contender} | {spread} | {' | '.join(ratios)} |"


if __name__ == "__main__":
    main()
