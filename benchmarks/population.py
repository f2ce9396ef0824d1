"""Population-based training beside another pruner, on Rotten Tomatoes, for the same processor time.

    python -m benchmarks.population [--pruners pbt asha] [--seconds 60] [--seeds 1] [--population 4]

Runs the trials of a search in this process, in turns, through its ledger and with its training states, but without Ray:
so it measures processor seconds, whatever else the machine does. Small models from scratch; the metric is accuracy on
the validation split. It prints the best value, the default's, and how the trials ended.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from automl.checkpoints import CheckpointRetention, ParentStates, SavedSteps
from automl.core import Budgets, Goals, StudyRecord, objective_of
from automl.engine import PbtSuccessors, SearchSettings, TrialManager, open_study
from automl.selection import best_first
from automl.storage import NewStudy, StudyStore, sqlite_url
from search_spaces import SPACES, Choice, Space, Text
from trials.data import DataOptions, EncodedDataset, load_dataset
from trials.data.encoding import encode
from trials.protocol import TrialReport
from trials.run import run_trial

VOCABULARY, LONGEST = 4000, 32
SIDE_BY_SIDE = 2
NAME, METRIC = "population", "accuracy"

SPACE = Space(
    "encoder",
    SPACES["encoder"],
    {
        "text.vocabulary_size": Choice((VOCABULARY,), VOCABULARY),
        "architecture.depth": Choice((1,), 1),
        "architecture.heads": Choice((1, 2), 2),
        "architecture.head_width": Choice((16, 32), 32),
    },
)


def search(data: EncodedDataset, pruner: str, seconds: float, seed: int, population: int, epochs: float) -> StudyRecord:
    """A study that was searched for so many processor seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        store = StudyStore(sqlite_url(folder))
        goals = Goals((objective_of(METRIC),))
        study = store.create(NewStudy(NAME, goals, "{}", "f" * 64, 1, LONGEST), SPACE.defaults())
        budget = round(epochs * len(data.train))
        rules = SearchSettings(goals, Budgets(budget, budget), len(data.validation), None, None, seed, "fp32", 1)
        driver = study.join(folder)
        opened = open_study(study, sampler="tpe", pruner=pruner, seed=seed, driver=driver.ordinal)
        folders = CheckpointRetention(
            lambda n: folder / "trials" / str(n),
            lambda n: folder / "unfinished" / str(n),
            SavedSteps(folder / "steps"),
            5,
            goals,
        )
        succession = PbtSuccessors(opened, SPACE, seed, ParentStates(folder / "donors", folders.state), population)
        run(TrialManager(opened, study, driver, SPACE, rules, folders, lambda event: None, succession), data, seconds)
        found = study.record()
        store.close()
        return found


def run(ledger: TrialManager, data: EncodedDataset, seconds: float) -> None:
    """Takes a report of each running trial in turn, until the time is up."""
    end = time.process_time() + seconds
    running: dict[int, Iterator[TrialReport]] = {}
    while time.process_time() < end:
        while len(running) < SIDE_BY_SIDE and (job := ledger.begin()) is not None:
            running[job.number] = run_trial(job, data)
        for number, reports in list(running.items()):
            if not ledger.record(number, next(reports)):
                del running[number]
    ledger.close()


def line(pruner: str, seed: int, study: StudyRecord) -> str:
    """What came of it."""
    best = best_first(study)[0]
    heirs = sum(trial.inherited > 0 for trial in study.trials)
    ends = ", ".join(f"{count} {end}" for end, count in Counter(trial.end for trial in study.trials).items())
    value = best.best.metrics[METRIC] if best.best else 0.0
    score = f"best {value:.4f} (trial {best.number}, {best.inherited} of 81 steps inherited)"
    default = f"default {study.trials[0].value or 0:.4f}"
    return f"{pruner:6} seed {seed}: {score}, {default}; {len(study.trials)} trials, {heirs} inherited: {ends}"


def main() -> None:
    """Prints a line for each pruner and seed."""
    parser = argparse.ArgumentParser(description="Population-based training beside another pruner.")
    parser.add_argument("--pruners", nargs="+", default=["pbt", "asha"])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--population", type=int, default=4)
    parser.add_argument("--epochs", type=float, default=1.0)
    given = parser.parse_args()
    dataset = load_dataset(DataOptions(source="rotten-tomatoes")).dataset
    data = encode(dataset, Text(VOCABULARY), LONGEST, None)
    for seed in range(given.seeds):
        for pruner in given.pruners:
            study = search(data, pruner, given.seconds, seed, given.population, given.epochs)
            print(line(pruner, seed, study), flush=True)


if __name__ == "__main__":
    main()
