"""A ledger over a real study on SQLite, and the reports that a worker would send."""

import time
from dataclasses import replace
from pathlib import Path

from automl.goals import objective_of
from automl.preparation import Budgets
from automl.search.events import Event
from automl.search.folders import TrialFolders
from automl.search.ledger import Ledger
from automl.search.opening import open_study
from automl.search.rules import Rules
from automl.storage.studies import NewStudy, StudyStore, sqlite_url
from search_spaces import SPACES, Space
from trials.record import EVALUATION_STEPS, Cost, Evaluation, TrialEnd, TrialReport

COST = Cost(seconds=1.0, examples=10, examples_per_second=10.0, parameters=100, peak_memory_bytes=1000)
NEW = NewStudy("a study", "macro_f1", True, "{}", "f" * 64, 2700, 64)
TWO = replace(NEW, further=(objective_of("latency_ms"),))
"""The same with a second objective."""

ENCODER = Space("encoder", SPACES["encoder"])


class Bench:
    """One study in a folder, with a ledger that notes what it tells."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self.store = StudyStore(url or sqlite_url(folder))
        self.events: list[Event] = []

    def create(self, new: NewStudy = NEW, space: Space = ENCODER) -> None:
        self.store.create(new, space.defaults())

    def ledger(
        self,
        *,
        trials: int | None = None,
        seconds: float | None = None,
        space: Space = ENCODER,
        sampler: str = "random",
        pruner: str = "asha",
        keep: int = 1000,
        least_gain: float | None = None,
    ) -> Ledger:
        """A new driver's ledger, as after a restart: trials that were left running are taken over."""
        goals = self.store.settings(NEW.name).goals
        rules = Rules(
            metric="macro_f1",
            budgets=Budgets(scratch=2700, pretrained=900),
            validation_rows=300,
            trials=trials,
            deadline=None if seconds is None else time.monotonic() + seconds,
            seed=0,
            precision="fp32",
            threads=1,
            least_gain=least_gain,
            further=goals.objectives[1:],
            constraints=goals.constraints,
        )
        driver = self.store.join(NEW.name, self.folder)
        driver.take_over()
        folders = TrialFolders(
            self.checkpoint, self.training_state, keep, "macro_f1", True, goals.objectives[1:], goals.constraints
        )
        folders.sweep(self.store.record(NEW.name).trials)
        opened = open_study(
            self.store,
            NEW.name,
            sampler=sampler,
            pruner=pruner,
            seed=0,
            driver=driver.ordinal,
            defaults=space.algorithm_defaults(),
            deadline=rules.deadline,
        )
        return Ledger(opened, self.store, driver, space, rules, folders, self.events.append)

    def training_state(self, number: int) -> Path:
        return self.folder / "unfinished" / str(number)

    def save_model(self, number: int) -> None:
        """What a worker leaves on disk at an evaluation."""
        for folder in (self.checkpoint(number), self.training_state(number)):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "config.json").write_text("{}")

    def checkpoint(self, number: int) -> Path:
        return self.folder / "trials" / str(number)

    def ends(self) -> dict[int, TrialEnd | None]:
        return {trial.number: trial.end for trial in self.store.record(NEW.name).trials}

    def states(self) -> dict[int, str]:
        return {trial.number: trial.state for trial in self.store.record(NEW.name).trials}


def evaluated(step: int, value: float, end: TrialEnd | None = None, **costs: float) -> TrialReport:
    metrics = {"macro_f1": value, "accuracy": value, **costs}
    evaluation = Evaluation(step, step * 100, metrics, 0.5, 1e-3, float(step), True)
    return TrialReport(evaluation, end, COST)


def ended(end: TrialEnd, cause: str = "") -> TrialReport:
    return TrialReport(None, end, COST, cause)


def run_through(ledger: Ledger, number: int, value: float, **costs: float) -> bool:
    """Reports `value` at every step; says whether the trial reached its full budget."""
    for step in EVALUATION_STEPS:
        last = step == EVALUATION_STEPS[-1]
        if (
            not ledger.record(number, evaluated(step, value, TrialEnd.COMPLETED if last else None, **costs))
            and not last
        ):
            return False
    return True
