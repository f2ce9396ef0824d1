"""A ledger over a real study on SQLite, and the reports that a worker would send."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev
from types import MappingProxyType

from automl.checkpoints.no_replication import NoReplication
from automl.checkpoints.parent_states import ParentStates
from automl.checkpoints.retention import CheckpointRetention
from automl.checkpoints.saved_steps import SavedSteps
from automl.core.budgets import Budgets
from automl.core.events import Event
from automl.core.priors import Prior
from automl.engine.open_study import open_study
from automl.engine.pbt_successors import PbtSuccessors
from automl.engine.search_settings import ConfirmationRules, SearchSettings
from automl.engine.stopping_rules import PairedError
from automl.engine.trial_manager import TrialManager
from automl.hpo.pbt.population import SMALLEST
from automl.storage.study_store import NewStudy, StudyStore, sqlite_url
from search_spaces import SPACES, Space
from tests.automl.goals import MACRO_F1, goals_for
from trials.protocol import BUDGET_STEPS, EVALUATION_STEPS, Cost, Evaluation, Folds, TrialEnd, TrialJob, TrialReport

COST = Cost(seconds=1.0, examples=10, examples_per_second=10.0, parameters=100, peak_memory_bytes=1000)
NEW = NewStudy("a study", MACRO_F1, "{}", "f" * 64, 2700, 64)
TWO = replace(NEW, goals=goals_for("macro_f1", "latency_ms"))
"""The same with a second objective."""

ENCODER = Space("encoder", SPACES["encoder"])

OF_ONE_STAGE = replace(
    ENCODER, overrides={"pretraining.epochs": replace(ENCODER.dimensions()["pretraining.epochs"], options=(0.0,))}
)
"""The same without a self-supervised stage, so that every trial can be a member of a pack."""


class Bench:
    """One study in a folder, with a ledger that notes what it tells."""

    def __init__(self, folder: Path, url: str | None = None, study: str = NEW.name) -> None:
        self.folder = folder
        self.study = study
        self.store = StudyStore(url or sqlite_url(folder))
        self.events: list[Event] = []
        self.copies = NoReplication()

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
        least_gain: float | PairedError | None = None,
        seed: int = 0,
        priors: Mapping[str, Prior] = MappingProxyType({}),
        folds: int | None = None,
        population: int = SMALLEST,
        confirm: ConfirmationRules | None = None,
    ) -> TrialManager:
        """A new driver's ledger, as after a restart: trials that were left running are taken over."""
        stored = self.store.study(self.study)
        goals = stored.settings().goals
        rules = SearchSettings(
            goals=goals,
            budgets=Budgets(scratch=2700, pretrained=900),
            validation_rows=300,
            trials=trials,
            deadline=None if seconds is None else time.monotonic() + seconds,
            seed=seed,
            precision="fp32",
            threads=1,
            least_gain=least_gain,
            folds=None if folds is None else Folds(folds, seed=3),
            confirm=confirm,
        )
        driver = stored.join(self.folder)
        driver.take_over()
        folders = CheckpointRetention(
            self.checkpoint,
            self.training_state,
            SavedSteps(self.folder / "steps"),
            keep,
            goals,
            self.copies,
        )
        folders.sweep(stored.record().trials)
        opened = open_study(
            stored,
            sampler=sampler,
            pruner=pruner,
            seed=seed,
            driver=driver.ordinal,
            space=space,
            defaults=space.algorithm_defaults(),
            deadline=rules.deadline,
            priors=priors,
        )
        succession = PbtSuccessors(
            opened, space, rules.seed, ParentStates(self.folder / "donors", folders.state), population
        )
        return TrialManager(opened, stored, driver, space, rules, folders, self.events.append, succession)

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
        return {trial.number: trial.end for trial in self.store.study(self.study).record().trials}

    def states(self) -> dict[int, str]:
        return {trial.number: trial.state for trial in self.store.study(self.study).record().trials}


def evaluated(step: int, value: float, end: TrialEnd | None = None, **costs: float) -> TrialReport:
    metrics = {"macro_f1": value, "accuracy": value, **costs}
    evaluation = Evaluation(step, step * 100, metrics, 0.5, 1e-3, float(step), True)
    return TrialReport(evaluation, end, COST)


def ended(end: TrialEnd, cause: str = "") -> TrialReport:
    return TrialReport(None, end, COST, cause)


def run_through(ledger: TrialManager, number: int, value: float, **costs: float) -> bool:
    """Reports `value` at every step; says whether the trial reached its full budget."""
    for step in EVALUATION_STEPS:
        last = step == EVALUATION_STEPS[-1]
        if (
            not ledger.record(number, evaluated(step, value, TrialEnd.COMPLETED if last else None, **costs))
            and not last
        ):
            return False
    return True


def of_fold(job: TrialJob, fold: int, value: float) -> TrialReport:
    """What a worker reports of one fold."""
    report = evaluated(job.folds.step(fold), value)
    return replace(report, evaluation=replace(report.evaluation, is_best=False, fold=fold))


def run_folds(ledger: TrialManager, job: TrialJob, values: Sequence[float]) -> int:
    """Reports a fold for each of `values`, and then their mean; how many folds the trial came to."""
    for fold, value in enumerate(values):
        if not ledger.record(job.number, of_fold(job, fold, value)):
            return fold + 1
    report = evaluated(BUDGET_STEPS, fmean(values), TrialEnd.COMPLETED)
    deviations = dict.fromkeys(report.evaluation.metrics, stdev(values))
    ledger.record(job.number, replace(report, evaluation=replace(report.evaluation, deviations=deviations)))
    return len(values)
