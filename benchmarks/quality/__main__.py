"""Lets contenders have turns on the same rows, checkpoint, minutes and cores, and renders what came of it.

    python -m benchmarks.quality --minutes 3 --splits 3

Results are written after each turn, so that a long run that is cut short is not lost. The same command with the same
`--out` continues where it stopped.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.quality.contenders.common import Task
from benchmarks.quality.datasets import KINDS, Table, split, write_texts
from benchmarks.quality.environments import CONTENDERS, python_of
from benchmarks.quality.report import differences, draw, table
from benchmarks.quality.results import FILE, Results, Turn, read_results
from benchmarks.quality.turn import play
from benchmarks.search.machine import describe_machine
from search_spaces import LARGE_CHECKPOINT
from trials.hub import is_installed, locate


def main() -> None:
    """Parse, let each have its turns, render."""
    chosen = _parse()
    if is_installed(LARGE_CHECKPOINT):
        raise SystemExit(
            f"all contenders must start from the same checkpoint, but a search here would try {LARGE_CHECKPOINT}, too; "
            "use an environment without it, and if it is in the cache of models, name another one with XDG_CACHE_HOME"
        )
    folder = (chosen.out or Path(tempfile.mkdtemp(prefix="automl-league-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    environments = (chosen.environments or folder / "environments").resolve()
    print(f"Results: {folder}", flush=True)
    contenders = {name: python_of(name, environments) for name in chosen.contenders.split(",")}
    fresh = Results(describe_machine(), chosen.minutes, [])
    results = read_results(folder) if (folder / FILE).exists() else fresh
    if results.minutes != chosen.minutes:
        raise SystemExit(
            f"{folder} holds results of {results.minutes} minutes: name another --out, or the same --minutes"
        )
    done = {(turn.dataset, turn.split, turn.contender) for turn in results.turns}
    for number in range(chosen.splits):
        for dataset in chosen.datasets.split(","):
            learn, test = split(KINDS[dataset], KINDS[dataset].load(), number)
            for name, python in contenders.items():
                if (dataset, number, name) not in done:
                    turn = _turn(name, dataset, number, python, learn, test, folder, chosen)
                    results.turns.append(turn)
                    results.write(folder)
                    score = "no model: " + turn.failure if turn.score is None else f"{turn.score:.4f}"
                    print(f"  {dataset} {number} {name}: {score}, {turn.seconds:.0f} s", flush=True)
    draw(results, folder / "league.png")
    print(f"\n{table(results)}\n\n{differences(results)}")


def _turn(
    name: str, dataset: str, number: int, python: Path, learn: Table, test: Table, out: Path, chosen: argparse.Namespace
) -> Turn:
    folder = out / f"{dataset}-{number}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    learn.write(folder / "train.csv")
    write_texts(test.texts, folder / "test.csv")
    task = Task(
        train=str(folder / "train.csv"),
        test=str(folder / "test.csv"),
        predictions=str(folder / "predictions.txt"),
        folder=str(folder),
        seconds=chosen.minutes * 60,
        metric=KINDS[dataset].metric,
        checkpoint=str(locate("minilm")),
        threads=chosen.threads,
        seed=number,
        started=0.0,
    )
    return play(name, dataset, number, python, task, list(test.labels), has_budget=CONTENDERS[name].has_budget)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="time of each contender that has a time budget")
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--datasets", default=",".join(KINDS))
    parser.add_argument("--contenders", default=",".join(CONTENDERS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="folder of data, logs and results")
    parser.add_argument("--environments", type=Path, help="folder of the contenders' environments")
    return parser.parse_args()


if __name__ == "__main__":
    main()
