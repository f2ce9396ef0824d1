"""Ray Tune's side of the ledger: three adapters that ask and pass on, and keep no state that a crash could lose."""

from typing import Any

from ray.tune import Stopper
from ray.tune.experiment import Trial as RayTrial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from automl.search.encodings import Encodings
from automl.search.ledger import Ledger

JOB = "job"
DATA = "data"
REPORT = "report"


class LedgerSearcher(Searcher):
    """Gives Ray the ledger's next trial, with a handle to the data in its vocabulary."""

    def __init__(self, ledger: Ledger, encodings: Encodings) -> None:
        super().__init__()
        self._ledger = ledger
        self._encodings = encodings
        self._numbers: dict[str, int] = {}

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        job = self._ledger.begin()
        if job is None:
            # A running trial may yet lose its worker and have to begin again: only then is the search finished.
            return Searcher.FINISHED if self._ledger.exhausted else None
        self._numbers[trial_id] = job.number
        return {JOB: job, DATA: self._encodings.of(job.point.text.vocabulary_size)}

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        number = self._numbers.pop(trial_id, None)
        if error and number is not None:
            self._ledger.lose(number, "the worker process died")

    def save(self, checkpoint_path: str) -> None:
        """Nothing to save: the study in SQL is the only state."""

    def restore(self, checkpoint_path: str) -> None:
        """Nothing to restore: the ledger reads the study."""


class LedgerScheduler(FIFOScheduler):
    """Hands each report to the ledger, which asks Optuna's pruner."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def on_trial_result(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> str:
        goes_on = self._ledger.record(trial.config[JOB].number, result[REPORT])
        return TrialScheduler.CONTINUE if goes_on else TrialScheduler.STOP

    def on_trial_complete(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> None:
        if REPORT in result:
            self._ledger.record(trial.config[JOB].number, result[REPORT])


class LedgerStopper(Stopper):
    """Stops everything once the ledger says that the search is over."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        return self._ledger.over
