"""Whether TPE loses by reading a long study in short: the best value that it finds, with all trials and with some.

    python -m benchmarks.engine.short_history [--trials 800] [--seeds 3]

The function has ten continuous parameters, which matter unequally and depend on each other, and two choices; smaller is
better. Both forms begin with the same random points.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from pathlib import Path

import optuna
from optuna.samplers import BaseSampler

from automl.core import Goals, Objective
from automl.hpo.samplers import HistorySubsetSampler, tpe
from automl.storage import NewStudy, StudyStore, sqlite_url


def rugged(trial: optuna.Trial) -> float:
    """A bent valley (Rosenbrock's) over ten parameters, with a choice that shifts it and one that scales it."""
    points = [trial.suggest_float(f"x{index}", -2.0, 2.0) for index in range(10)]
    shift = trial.suggest_categorical("shift", [0.0, 0.5, 1.0])
    scale = trial.suggest_categorical("scale", [1.0, 2.0, 4.0])
    valley = (100 * (after - before**2) ** 2 + (1 - before) ** 2 for before, after in itertools.pairwise(points))
    return scale * (sum(valley) / (1 + len(points)) + shift)


def best(folder: Path, seed: int, trials: int, *, short: bool) -> tuple[float, float]:
    """The best value of one search, and its seconds."""
    folder.mkdir()
    store = StudyStore(sqlite_url(folder))
    store.create(NewStudy("rugged", Goals((Objective("loss", maximize=False),)), "{}", "f" * 64, 81, 64), {})
    mirror = store.study("rugged").mirror()
    sampler: BaseSampler = tpe(seed)
    if short:
        sampler = HistorySubsetSampler(sampler, mirror)
    study = optuna.load_study(study_name="rugged", storage=mirror, sampler=sampler)
    started = time.perf_counter()
    for _ in range(trials):
        with mirror.together():
            trial = study.ask()
            study.tell(trial, rugged(trial))
    store.close()
    return study.best_value, time.perf_counter() - started


def main() -> None:
    """Runs both forms in turns, and prints medians with ranges."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=800)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    found: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as place:
        for seed in range(options.seeds):
            for short, runs in found.items():
                runs.append(best(Path(place) / f"{seed}-{short}", seed, options.trials, short=short))
    print(f"| TPE reads | best of {options.trials}, median (range) | seconds, median |\n|---|---|---|")
    for short, runs in found.items():
        values = [value for value, _ in runs]
        seconds = statistics.median(seconds for _, seconds in runs)
        spread = f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
        print(f"| {'250 trials at most' if short else 'all trials'} | {spread} | {seconds:.1f} |")


if __name__ == "__main__":
    main()
