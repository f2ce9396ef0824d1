"""One trial in the books: begun, ten reports, each judged by the pruner, and its end, on SQLite and on PostgreSQL.

    python -m benchmarks.engine.bookkeeping [--until 1000] [--space encoder | auto] [--postgresql | --storage URL]

Runs trial after trial through the ledger of a search (TPE, successive halving), without Ray. In the space `auto` the
algorithm of each trial is chosen, too. Each is a little better than the one before, so that none is stopped early. It
prints what a trial cost after 100, 1 000 and 10 000 trials, as medians over the last 50, and the memory of the process.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from automl.checkpoints import CheckpointRetention, ParentStates, SavedSteps
from automl.core import Budgets, Event, Goals, objective_of
from automl.engine import PbtSuccessors, SearchSettings, TrialManager, open_study
from automl.storage import NewStudy, StudyStore
from benchmarks.engine import databases
from search_spaces import SPACES, Space
from trials.protocol import BUDGET_STEPS, Cost, Evaluation, TrialEnd, TrialReport

MARKS = (100, 1_000, 3_000, 5_000, 10_000)
COUNTED = 50
STEPS = (*range(8, BUDGET_STEPS, 8)[:9], BUDGET_STEPS)
"""Ten steps, from a tenth of the budget to the whole."""

COST = Cost(seconds=1.0, examples=10, examples_per_second=10.0, parameters=100, peak_memory_bytes=1000)


Listener = Callable[[Event], None]


@dataclass
class Seconds:
    """What the parts of one trial took."""

    begin: float
    reports: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.begin + self.reports


VALIDATION_ROWS = 10**6
"""So many that trials are evaluated as seldom as any is."""


def open_ledger(
    store: StudyStore,
    folder: Path,
    trials: int,
    tell: Listener | None = None,
    budget: int = 2700,
    space_name: str = "encoder",
) -> TrialManager:
    """A ledger as a search has it, over a new study. `tell` receives its news."""
    space = Space(space_name, SPACES[space_name])
    goals = Goals((objective_of("macro_f1"),))
    study = store.create(NewStudy("bookkeeping", goals, "{}", "f" * 64, 2700, 64), space.defaults())
    driver = study.join(folder)
    rules = SearchSettings(goals, Budgets(budget, budget), VALIDATION_ROWS, trials, None, 0, "fp32", 1)
    opened = open_study(
        study,
        sampler="tpe",
        pruner="asha",
        seed=0,
        driver=driver.ordinal,
        defaults=space.algorithm_defaults(),
    )
    folders = CheckpointRetention(
        lambda n: folder / "t" / str(n),
        lambda n: folder / "u" / str(n),
        SavedSteps(folder / "s"),
        5,
        goals,
    )
    succession = PbtSuccessors(opened, space, rules.seed, ParentStates(folder / "d", folders.state))
    return TrialManager(opened, study, driver, space, rules, folders, tell or (lambda event: None), succession)


def run_one(ledger: TrialManager, value: float) -> Seconds:
    """One trial, which reports `value` ten times."""
    started = time.perf_counter()
    job = ledger.begin()
    assert job is not None
    begun = time.perf_counter()
    for step in STEPS:
        evaluation = Evaluation(step, step * 100, {"macro_f1": value, "accuracy": value}, 0.5, 1e-3, 1.0, True)
        end = TrialEnd.COMPLETED if step == BUDGET_STEPS else None
        ledger.record(job.number, TrialReport(evaluation, end, COST))
    return Seconds(begun - started, time.perf_counter() - begun)


def main() -> None:
    """Runs the trials, and prints a row at each mark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--until", type=int, default=1_000, help="trials to run")
    parser.add_argument("--space", choices=["encoder", "auto"], default="encoder")
    databases.add_options(parser)
    options = parser.parse_args()
    print("| trials | begin, ms | reports and end, ms | one trial, ms | memory, MiB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place, databases.database(options, Path(place)) as url:
        store = StudyStore(url)
        ledger = open_ledger(store, Path(place), options.until, space_name=options.space)
        spent: list[Seconds] = []
        for count in range(1, options.until + 1):
            spent.append(run_one(ledger, count / options.until))
            if count in MARKS:
                last = spent[-COUNTED:]
                row = [
                    1000 * statistics.median(part)
                    for part in ([s.begin for s in last], [s.reports for s in last], [s.total for s in last])
                ]
                memory = psutil.Process().memory_info().rss / 2**20
                print(f"| {count} | {row[0]:.1f} | {row[1]:.1f} | {row[2]:.1f} | {memory:.0f} |", flush=True)
        store.close()


if __name__ == "__main__":
    main()
