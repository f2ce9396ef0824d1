"""Ray Tune's side of the ledger: adapters that ask and pass on, and keep no state that a crash could lose."""

from typing import Any

import ray
from ray.exceptions import RayTaskError
from ray.tune import Stopper
from ray.tune.experiment import Trial as RayTrial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from automl.search.cluster import Slots
from automl.search.encodings import Encodings
from automl.search.ledger import Ledger
from automl.search.trainable import DATA, JOB, REPORT, RESOURCES


class _Stateless:
    """Tune pickles its parts to restore them from files. Ours are rebuilt from SQL, so nothing is pickled."""

    def __getstate__(self) -> dict[str, Any]:
        return {}


class LedgerSearcher(_Stateless, Searcher):
    """Gives Ray the ledger's next trial, with a handle to the data in its vocabulary."""

    def __init__(self, ledger: Ledger, encodings: Encodings, slots: Slots) -> None:
        super().__init__()
        self._ledger = ledger
        self._encodings = encodings
        self._resources = {"CPU": slots.cpus, "GPU": slots.gpus}

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        job = self._ledger.begin()
        if job is None:
            # A running trial may yet lose its worker and have to begin again: only then is the search finished.
            return Searcher.FINISHED if self._ledger.exhausted else None
        data = self._encodings.of(job.point.text.vocabulary_size)
        return {JOB: job, DATA: data, RESOURCES: self._resources}

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        """Nothing to do: the scheduler heard it first."""

    def save(self, checkpoint_path: str) -> None:
        """Nothing to save: the study in SQL is the only state."""

    def restore(self, checkpoint_path: str) -> None:
        """Nothing to restore: the ledger reads the study."""


class LedgerScheduler(_Stateless, FIFOScheduler):
    """Hands each report to the ledger, which asks Optuna's pruner, and each failure of a worker."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger
        self._live: dict[str, RayTrial] = {}

    def on_trial_add(self, tune_controller: Any, trial: RayTrial) -> None:
        self._live[trial.trial_id] = trial

    def on_trial_result(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> str:
        goes_on = self._ledger.record(trial.config[JOB].number, result[REPORT])
        verdict: str = TrialScheduler.CONTINUE if goes_on else TrialScheduler.STOP
        return verdict

    def on_trial_complete(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> None:
        self._live.pop(trial.trial_id, None)
        if REPORT in result:
            self._ledger.record(trial.config[JOB].number, result[REPORT])

    def on_trial_remove(self, tune_controller: Any, trial: RayTrial) -> None:
        self._live.pop(trial.trial_id, None)

    def on_trial_error(self, tune_controller: Any, trial: RayTrial) -> None:
        self._live.pop(trial.trial_id, None)
        number, error = trial.config[JOB].number, trial.get_pickled_error()
        if isinstance(error, RayTaskError):
            self._ledger.fail(number, str(error))
        else:
            self._ledger.lose(number, str(error))

    def end_workers(self) -> None:
        """Kills the worker of every trial that has one."""
        for trial in self._live.values():
            if (worker := trial.temporary_state.ray_actor) is not None:
                ray.kill(worker)


class LedgerStopper(_Stateless, Stopper):
    """Ends everything once the ledger says that the search is over, and the workers at once.

    Tune alone would wait up to 15 s for the workers' current evaluation. The ledger is closed first, so that it does
    not take their deaths for losses; a model on disk is always a whole one. This is no Tune callback, because with any
    callback Tune imports every logger that it knows, MLflow among them: 1.4 s before the first trial.
    """

    def __init__(self, ledger: Ledger, scheduler: LedgerScheduler) -> None:
        self._ledger = ledger
        self._scheduler = scheduler

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        if not self._ledger.over:
            return False
        self._ledger.close()
        self._scheduler.end_workers()
        return True
