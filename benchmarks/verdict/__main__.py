"""Simulated searches that hand over by one rule or another.

    python -m benchmarks.verdict pool FOLDER [--corpus bbc-news ...] [--splits 6]
    python -m benchmarks.verdict simulate FOLDER

The first command fits the models (a quarter of an hour), the second simulates the searches and prints a table.
"""

import argparse
from pathlib import Path

from benchmarks.verdict.pool import pools

CORPORA = ("bbc-news", "rotten-tomatoes")


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=("pool", "simulate"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", nargs="+", default=CORPORA)
    parser.add_argument("--splits", type=int, default=6)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for corpus in options.corpus:
        for number, pool in enumerate(pools(corpus, options.splits)):
            pool.save(options.folder / f"{corpus}-{number}.npz")
            print(f"{corpus}, split {number}: {len(pool.logits)} models", flush=True)


if __name__ == "__main__":
    main()
