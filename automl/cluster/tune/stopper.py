"""Ends Ray Tune once the search is over."""

from typing import Any

from ray.tune import Stopper

from automl.cluster.tune.adapter import Stateless, TrialFailure
from automl.cluster.tune.scheduler import ManagedScheduler
from automl.engine import TrialManager


class ManagedStopper(Stateless, Stopper):
    """Ends Tune once the search is over, and kills the workers immediately.

    Tune calls it about ten times a second, so it also triggers the periodic checks of the trial manager.

    Tune alone would wait up to 15 s for the current evaluations. The trial manager is closed first, so that it does not
    count the killed workers as losses; files on disk are always complete. This is no Tune callback, because with any
    callback Tune imports all of its loggers, including MLflow, which delays the first trial by 1.4 s.

    Args:
        manager: the trial manager.
        failure: the first exception of the adapters, which ends Tune too.
        scheduler: kills the workers.
    """

    def __init__(self, manager: TrialManager, failure: TrialFailure, scheduler: ManagedScheduler) -> None:
        self._manager = manager
        self._failure_of_search = failure
        self._scheduler = scheduler

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        with self._failure_of_search.caught():
            self._manager.check()
            self._scheduler.end_what_hangs()
            self._scheduler.end_what_idles()
            if self._manager.over:
                self._manager.close()
        if self._failure_of_search.error is None and not self._manager.over:
            return False
        self._scheduler.end_workers()
        return True
