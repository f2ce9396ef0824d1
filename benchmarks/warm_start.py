"""What an earlier study on like data is worth: trials until a warm study is as good as a cold one ever was.

`python -m benchmarks.warm_start` searches Rotten Tomatoes, then IMDB: cold, and with the points of the first study.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from automl.storage.records import StudyRecord
from automl.storage.studies import StudyStore, sqlite_url
from trials.data.load import load_dataset
from trials.data.options import DataOptions


def main() -> None:
    """Prints one line a seed, and the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--space", default="encoder")
    chosen = parser.parse_args()
    shares = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in ("rotten-tomatoes", "imdb"):
            _write_part(source, folder / f"{source}.csv", chosen.rows)
        print("| seed | best of the cold study | reached cold | reached warm | share |")
        print("|---|---|---|---|---|")
        for seed in range(chosen.seeds):
            limits = ["--trials", chosen.trials, "--epochs", chosen.epochs, "--space", chosen.space]
            _search(folder, "rotten-tomatoes", f"first-{seed}", seed, limits)
            cold = _search(folder, "imdb", f"cold-{seed}", seed + 100, limits)
            warm = _search(folder, "imdb", f"warm-{seed}", seed + 200, [*limits, "--warm-start", f"first-{seed}"])
            best = max(_values(cold))
            shares.append(_reached(warm, best) / _reached(cold, best))
            row = f"| {seed} | {best:.4f} | {_reached(cold, best)} | {_reached(warm, best)} | {shares[-1]:.2f} |"
            print(row, flush=True)
    print("\nTrials until the warm study had the cold one's best, as a share of those that the cold one took:")
    print(f"median {statistics.median(shares):.2f} of {chosen.seeds} seeds")


def _write_part(source: str, target: Path, rows: int) -> None:
    train = load_dataset(DataOptions(source=source)).dataset.train
    step = max(1, len(train) // rows)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(zip(train.texts[::step][:rows], train.labels[::step][:rows].tolist(), strict=True))


def _search(folder: Path, data: str, study: str, seed: int, limits: list[object]) -> StudyRecord:
    words = [
        "search",
        f"{data}.csv",
        "--study",
        study,
        "--seed",
        seed,
        *limits,
        "--set",
        "data.max_length=128",
        "--json",
    ]
    command = [sys.executable, "-m", "automl", *map(str, words)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return StudyStore(sqlite_url(folder / "runs")).record(study)


def _values(study: StudyRecord) -> list[float]:
    """The best score of each trial, in the order of the trials."""
    return [
        trial.best.metrics[study.metric] if trial.best and not trial.best.is_look else 0.0 for trial in study.trials
    ]


def _reached(study: StudyRecord, score: float) -> int:
    """The trials after which the study has the score; one more than it has if it never does."""
    values = _values(study)
    return next((place for place, value in enumerate(values, start=1) if value >= score), len(values) + 1)


if __name__ == "__main__":
    main()
