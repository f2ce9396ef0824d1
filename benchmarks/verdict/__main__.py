"""Simulated searches that hand over by one rule or another.

    python -m benchmarks.verdict pool FOLDER [--corpus bbc-news ...] [--splits 4]
    python -m benchmarks.verdict simulate FOLDER
    python -m benchmarks.verdict ensembles FOLDER
    python -m benchmarks.verdict shares FOLDER [--rows 40 160 1000]
    python -m benchmarks.verdict few-rows FOLDER [--corpus bbc-news ...] [--rows 100] [--searches 20]

The first command fits the models (a quarter of an hour), the others simulate searches and print a table: of the rules
by which one model is handed over, of those by which an ensemble takes its place, and of the priors of its shares. The
last one fits its own models to few rows, and compares a validation split of them with folds.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.verdict.ensembles import endings
from benchmarks.verdict.ensembles import table as table_of_ensembles
from benchmarks.verdict.few_rows import searches as searches_of_few_rows
from benchmarks.verdict.few_rows import table as table_of_few_rows
from benchmarks.verdict.pool import Pool, pools
from benchmarks.verdict.shares import table as table_of_shares
from benchmarks.verdict.simulate import DEFAULTS, searches, table

CORPORA = ("bbc-news", "rotten-tomatoes")


def simulate(folder: Path, count: int) -> None:
    """Print the table of the rules for each corpus of which `folder` has pools."""
    print("| corpus, defaults | handed over | another | worse on test | better | mean test | over the default |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for corpus, pools_of in _pools(folder):
        for defaults, space in ((DEFAULTS, "linear, probe"), (DEFAULTS[:1], "linear alone")):
            found = searches(pools_of, count, defaults)
            print("\n".join(table(f"{corpus}, {space}", found)), flush=True)


def ensembles(folder: Path, count: int) -> None:
    """Print the table of the rules for ensembles."""
    print("| corpus | an ensemble is handed over if | often | worse on test | better | mean test | gain | log loss |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for corpus, pools_of in _pools(folder):
        print("\n".join(table_of_ensembles(corpus, endings(pools_of, count))), flush=True)


def shares(folder: Path, count: int, rows: list[int]) -> None:
    """Print the table of the priors of shares."""
    print("| corpus | validation rows | prior | gain | log loss | members |")
    print("|---|---:|---:|---:|---:|---:|")
    for corpus, pools_of in _pools(folder):
        for each in rows:
            print("\n".join(table_of_shares(corpus, pools_of, count, each)), flush=True)


def few_rows(folder: Path, corpora: Sequence[str], count: int, rows: Sequence[int]) -> None:
    """Print the table of a validation split and folds; a search takes seconds of short texts, minutes of long ones."""
    print("| corpus | handed over by | accuracy | log loss | accuracy, difference | log loss, difference |")
    print("|---|---|---:|---:|---:|---:|")
    folder.mkdir(parents=True, exist_ok=True)
    for corpus in corpora:
        for each in rows:
            found = list(searches_of_few_rows(corpus, folder, each, count))
            print("\n".join(table_of_few_rows(found, corpus, each)), flush=True)


def _pools(folder: Path) -> Iterator[tuple[str, list[Pool]]]:
    """Yield each corpus of which `folder` has pools, with them."""
    files: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("*.npz")):
        files.setdefault(file.stem.rpartition("-")[0], []).append(file)
    for corpus, own in files.items():
        yield corpus, [Pool.load(file) for file in own]


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=("pool", "simulate", "ensembles", "shares", "few-rows"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", nargs="+", default=CORPORA)
    parser.add_argument("--splits", type=int, default=4)
    parser.add_argument("--first", type=int, default=0, help="the first of the re-splits")
    parser.add_argument("--searches", type=int, help="400, and 20 of `few-rows`")
    parser.add_argument("--rows", nargs="+", type=int, help="validation rows of `shares`, all rows of `few-rows`")
    options = parser.parse_args()
    if options.command == "shares":
        shares(options.folder, options.searches or 400, options.rows or [40, 160, 1000])
        return
    if options.command == "few-rows":
        few_rows(options.folder, options.corpus, options.searches or 20, options.rows or [100])
        return
    if options.command != "pool":
        print_table = simulate if options.command == "simulate" else ensembles
        print_table(options.folder, options.searches or 400)
        return
    options.folder.mkdir(parents=True, exist_ok=True)
    for corpus in options.corpus:
        splits = range(options.first, options.first + options.splits)
        for number, pool in zip(splits, pools(corpus, splits, options.folder), strict=True):
            pool.save(options.folder / f"{corpus}-{number}.npz")
            print(f"{corpus}, split {number}: {len(pool.logits)} models", flush=True)


if __name__ == "__main__":
    main()
