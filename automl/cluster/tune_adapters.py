"""Adapters between Ray Tune and the trial manager; they keep no state that a crash could lose."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray import cloudpickle
from ray.exceptions import OutOfMemoryError, RayError, RayTaskError
from ray.tune import Stopper
from ray.tune.experiment import Trial as RayTrial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from automl.cluster.dataset_refs import DatasetRefs
from automl.cluster.hang_detection import HangDetector
from automl.cluster.object_store import sent, take_in
from automl.cluster.placement import TrialPlacer, UnplaceableTrial
from automl.cluster.trainable import DATA, FILES, HOME, JOB, REPORT, RESOURCES, STUDY
from automl.engine import TrialManager
from automl.worker import ForkDied
from trials.errors import CheckpointError
from trials.protocol import TrialJob

KILLED_FOR_MEMORY = "node running low on memory"
"""Part of Ray's message about an actor that its memory monitor has killed, if Ray raises no `OutOfMemoryError`."""


class TrialFailure:
    """The first exception of the adapters, which Tune would turn into text. It ends the search, and is raised then."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keep the first exception of such blocks, and suppress all."""
        try:
            yield
        except Exception as error:  # raised again, unwrapped, by `run_search`
            self.error = self.error or error


class _Stateless:
    """Tune pickles its components to restore them. The adapters are rebuilt from SQL, so they pickle nothing."""

    def __getstate__(self) -> dict[str, Any]:
        return {}


class ManagedSearcher(_Stateless, Searcher):
    """Gives Tune the next trial of the trial manager, with a handle to the data in the trial's tokenization.

    Args:
        manager: the trial manager.
        failure: receives exceptions.
        encodings: the data in Ray's object store.
        placement: assigns resources to trials.
        home: node id of the driver if other nodes do not share its disk; else None.
    """

    def __init__(
        self,
        manager: TrialManager,
        failure: TrialFailure,
        encodings: DatasetRefs,
        placement: TrialPlacer,
        home: str | None,
    ) -> None:
        super().__init__()
        self._manager = manager
        self._failure_of_search = failure
        self._encodings = encodings
        self._placement = placement
        self._home = home

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        with self._failure_of_search.caught():
            self._manager.check()  # if no trial runs, Tune waits for one and does not call its stopper
            if not self._placement.has_room(self._manager.running):
                return None
            if (job := self._manager.begin()) is not None:
                return self._placed(trial_id, job)
            # The search is finished only if no running trial can lose its worker and have to begin again.
            return Searcher.FINISHED if self._manager.exhausted else None
        return None

    def _placed(self, trial_id: str, job: TrialJob) -> dict[str, Any] | None:
        """Return the config for the worker; None if no device can hold the trial, which is then refused or requeued."""
        try:
            assigned = self._placement.place(trial_id, job.point, job.batch_parts, in_steps=job.folds is None)
        except UnplaceableTrial as error:
            (self._manager.put_back if error.for_now else self._manager.refuse)(job.number, str(error))
            return None
        placed = replace(
            job,
            batch_parts=assigned.parts,
            memory_share=assigned.memory_share,
            processes=assigned.processes,
            sharded=assigned.sharded,
            device="auto" if assigned.resources["GPU"] else "cpu",  # Ray does not hide GPUs from workers without any
        )
        files = None if self._home is None else sent(job)
        settings = {STUDY: self._manager.study, JOB: placed, RESOURCES: assigned.resources}
        return {**settings, DATA: self._encodings.of(job.point), HOME: self._home, FILES: files}

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        """Do nothing: the scheduler has handled the end already."""

    def save(self, checkpoint_path: str) -> None:
        """Save nothing: the study in SQL is the only state."""

    def restore(self, checkpoint_path: str) -> None:
        """Restore nothing: the trial manager reads the study."""


class ManagedScheduler(_Stateless, FIFOScheduler):
    """Passes each report and each failure of a worker to the trial manager, which calls Optuna's pruner.

    A trial that lost its worker continues as another trial of Tune with the same number. Of several Tune trials with
    one number, only the newest counts, until the trial manager has ended it: Tune repeats the last result of a trial
    when it stops the trial, possibly after the number has begun again.

    Args:
        manager: the trial manager.
        failure: receives exceptions.
        placement: assigns resources to trials.
        hang_detector: detects workers that hang.
    """

    def __init__(
        self, manager: TrialManager, failure: TrialFailure, placement: TrialPlacer, hang_detector: HangDetector
    ) -> None:
        super().__init__()
        self._manager = manager
        self._failure_of_search = failure
        self._placement = placement
        self._hang_detector = hang_detector
        self._live: dict[str, RayTrial] = {}
        self._hung: dict[str, str] = {}
        self._stop: Callable[[RayTrial], None] | None = None

    def on_trial_add(self, tune_controller: Any, trial: RayTrial) -> None:
        self._stop = tune_controller.request_stop_trial
        for other in list(self._live.values()):
            if other.config[JOB].number == trial.config[JOB].number:
                self._forget(other)
                self._kill(other)
        self._live[trial.trial_id] = trial

    def on_trial_result(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> str:
        goes_on = False
        with self._failure_of_search.caught():
            goes_on = trial.trial_id in self._live and self._record(trial, result)
        if goes_on:
            self._hang_detector.reported(trial.trial_id, result[REPORT].evaluation)
        else:
            self._forget(trial)
        verdict: str = TrialScheduler.CONTINUE if goes_on else TrialScheduler.STOP
        return verdict

    def on_trial_complete(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> None:
        if trial.trial_id in self._live and REPORT in result:
            with self._failure_of_search.caught():
                self._record(trial, result)
        self._forget(trial)

    def on_trial_remove(self, tune_controller: Any, trial: RayTrial) -> None:
        self._forget(trial)

    def on_trial_error(self, tune_controller: Any, trial: RayTrial) -> None:
        why_killed = self._hung.pop(trial.trial_id, "")
        if self._forget(trial):
            with self._failure_of_search.caught():
                error, text = _failure(trial)
                self._report_failure(trial.config[JOB].number, error, why_killed or text)

    def end_what_hangs(self) -> None:
        """Kill each worker that has sent no report for too long; Tune and the trial manager then see it die.

        A trial that waits for GPUs that have left the cluster is requeued.
        """
        for trial in self._live.values():
            if trial.status == RayTrial.RUNNING:
                self._hang_detector.began(trial.trial_id)
        for stranded in self._placement.stranded() & self._live.keys():
            if self._live[stranded].status == RayTrial.PENDING:
                self._requeue(self._live[stranded])
        for trial_id, cause in self._hang_detector.hung().items():
            self._hang_detector.ended(trial_id)
            self._hung[str(trial_id)] = cause
            self._kill(self._live[str(trial_id)])

    def _requeue(self, trial: RayTrial) -> None:
        self._forget(trial)
        self._manager.put_back(trial.config[JOB].number, "the GPUs that it waited for are no longer in the cluster")
        if self._stop is not None:
            self._stop(trial)

    def end_workers(self) -> None:
        """Kill all workers."""
        for trial in self._live.values():
            self._kill(trial)

    def _record(self, trial: RayTrial, result: dict[str, Any]) -> bool:
        """Write files before the study, so that it names only existing files. A report without its files is lost."""
        job = trial.config[JOB]
        try:
            take_in(job, result.get(FILES))
        except RayError as error:
            self._manager.lose(job.number, f"its files were lost in transfer: {error}")
            return False
        except CheckpointError as error:
            self._manager.halt(job.number, str(error))
            return False
        self._placement.note(trial.trial_id, job, result[REPORT].cost)
        return self._manager.record(job.number, result[REPORT])

    def _report_failure(self, number: int, error: BaseException | None, cause: str) -> None:
        origin = error.cause if isinstance(error, RayTaskError) else None
        if isinstance(origin, CheckpointError):
            self._manager.halt(number, str(origin))
        elif isinstance(origin, ForkDied):
            self._manager.lose(number, str(origin))
        elif origin is not None:
            self._manager.fail(number, cause)
        else:
            out_of_memory = isinstance(error, OutOfMemoryError) or KILLED_FOR_MEMORY in cause
            self._manager.lose(number, cause, out_of_memory=out_of_memory)

    def _forget(self, trial: RayTrial) -> bool:
        """Ignore the trial from now on; return whether it was the current one of its number."""
        self._hang_detector.ended(trial.trial_id)
        if self._live.pop(trial.trial_id, None) is None:
            return False
        self._placement.leave(trial.trial_id)
        return True

    @staticmethod
    def _kill(trial: RayTrial) -> None:
        if (worker := trial.temporary_state.ray_actor) is not None:
            ray.kill(worker)


def _failure(trial: RayTrial) -> tuple[BaseException | None, str]:
    """Return the exception of a failed trial, if Tune has pickled one, and its text.

    `trial.get_pickled_error` reads the place to which Tune copies files later; this reads where Tune writes them first.
    """
    error = None
    if trial.pickled_error_file is not None:
        error = cloudpickle.loads(Path(trial.pickled_error_file).read_bytes())
    if error is not None:
        return error, str(error)
    return None, Path(trial.error_file).read_text() if trial.error_file else "unknown"


class ManagedStopper(_Stateless, Stopper):
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
            if self._manager.over:
                self._manager.close()
        if self._failure_of_search.error is None and not self._manager.over:
            return False
        self._scheduler.end_workers()
        return True
