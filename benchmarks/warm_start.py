"""What an earlier study on like data is worth: trials until a warm study is as good as a cold one ever was.

`python -m benchmarks.warm_start` searches Rotten Tomatoes, then IMDB: cold, and with the points of the first study. The
models are probes, whose features are computed once for all searches. `--space linear` is the case where an earlier
study misleads: the best penalty on words depends on how many there are in a text. `--space encoder` trains, which is
dearer. Scores are log losses, because on few validation rows accuracy gives many trials the very same score.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from automl.core import StudyRecord
from automl.storage import StudyStore, sqlite_url
from trials.data import DataOptions, load_dataset

WANTED = 0.5
"""A warm study should need at most this share of the trials that the cold one took."""

EARLIER, NEW = "rotten-tomatoes", "imdb"


@dataclass(frozen=True)
class Settings:
    """What all searches have in common."""

    folder: Path
    trials: int
    space: str
    metric: str
    epochs: float

    def search(self, source: str, study: str, seed: int, *more: str) -> StudyRecord:
        """One search, as a user runs it; says how long it took."""
        began = time.monotonic()
        limits = ["--trials", self.trials, "--epochs", self.epochs, "--space", self.space, "--metric", self.metric]
        words = ["search", f"{source}.csv", "--study", study, "--seed", seed, *limits, *more]
        command = [sys.executable, "-m", "automl", *map(str, words), "--set", "data.max_length=128", "--json"]
        done = subprocess.run(command, cwd=self.folder, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"the search of {study!r} failed:\n{done.stderr}")
        told = next((line for line in done.stderr.splitlines() if line.startswith("Trying")), "")
        print(f"  {study}: {time.monotonic() - began:.0f} s. {told}", file=sys.stderr, flush=True)
        store = StudyStore(sqlite_url(self.folder / "runs"))
        try:
            return store.study(study).record()
        finally:
            store.close()


def main() -> None:
    """Prints one line a seed, and the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--rows", type=int, default=1_500)
    parser.add_argument("--epochs", type=float, default=2.0, help="of transformers; others have no use for it")
    parser.add_argument("--space", default="probe")
    parser.add_argument("--metric", default="log_loss")
    chosen = parser.parse_args()
    shares = []
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(Path(name), chosen.trials, chosen.space, chosen.metric, chosen.epochs)
        for source in (EARLIER, NEW):
            _write_part(source, settings.folder / f"{source}.csv", chosen.rows)
        print(f"| seed | best {chosen.metric} of the cold study | reached cold | reached warm | share |")
        print("|---|---|---|---|---|", flush=True)
        for seed in range(chosen.seeds):
            settings.search(EARLIER, f"first-{seed}", seed)
            cold = settings.search(NEW, f"cold-{seed}", seed + 100)
            warm = settings.search(NEW, f"warm-{seed}", seed + 200, "--warm-start", f"first-{seed}")
            best = max(_values(cold))
            shares.append(_reached(warm, best) / _reached(cold, best))
            shown = best if cold.goals.first.maximize else -best
            row = f"| {seed} | {shown:.4f} | {_reached(cold, best)} | {_reached(warm, best)} | {shares[-1]:.2f} |"
            print(row, flush=True)
    median = statistics.median(shares)
    print("\nTrials until the warm study had the cold one's best, as a share of those that the cold one took:")
    print(f"median {median:.2f} of {len(shares)} seeds; at most {WANTED} is wanted: {_verdict(median)}")


def _verdict(median: float) -> str:
    return "met" if median <= WANTED else "missed"


def _write_part(source: str, target: Path, rows: int) -> None:
    train = load_dataset(DataOptions(source=source)).dataset.train
    step = max(1, len(train) // rows)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(zip(train.texts[::step][:rows], train.labels[::step][:rows].tolist(), strict=True))


def _values(study: StudyRecord) -> list[float]:
    """The best score of each trial, in the order of the trials; larger is better, whatever the metric is."""
    first = study.goals.first
    sign = 1.0 if first.maximize else -1.0
    return [
        sign * trial.best.metrics[first.name] if trial.best and not trial.best.is_look else float("-inf")
        for trial in study.trials
    ]


def _reached(study: StudyRecord, score: float) -> int:
    """The trials after which the study has the score; one more than it has if it never does."""
    values = _values(study)
    return next((place for place, value in enumerate(values, start=1) if value >= score), len(values) + 1)


if __name__ == "__main__":
    main()
