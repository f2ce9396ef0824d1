"""Adapters between Ray Tune and the trial manager; they keep no state that a crash could lose."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray import cloudpickle
from ray.exceptions import ObjectLostError, OutOfMemoryError, RayError, RayTaskError
from ray.tune import Stopper
from ray.tune.experiment import Trial as RayTrial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler
from ray.tune.search import Searcher

from automl.cluster.crews import Crew, Crews
from automl.cluster.dataset_refs import DatasetRefs
from automl.cluster.hang_detection import HangDetector
from automl.cluster.object_store import sent, take_in
from automl.cluster.placement import TrialPlacer, TrialResources, UnplaceableTrial
from automl.cluster.trainable import DATA, FILES, HOME, JOBS, PLACES, REPORTS, RESOURCES, STUDY
from automl.engine import TrialManager
from automl.worker import ForkDied
from search_spaces import pack_shape
from trials.errors import CheckpointError
from trials.protocol import TrialJob, TrialReport

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
    """Gives Tune the next trials of the trial manager, with a handle to the data in their tokenization.

    Args:
        manager: the trial manager.
        failure: receives exceptions.
        encodings: the data in Ray's object store.
        placement: assigns resources to workers.
        crews: the trials of each worker, which are filled here.
        home: node id of the driver if other nodes do not share its disk; else None.
    """

    def __init__(
        self,
        manager: TrialManager,
        failure: TrialFailure,
        encodings: DatasetRefs,
        placement: TrialPlacer,
        crews: Crews,
        home: str | None,
    ) -> None:
        super().__init__()
        self._manager = manager
        self._failure_of_search = failure
        self._encodings = encodings
        self._placement = placement
        self._crews = crews
        self._home = home
        self._waiting: list[TrialJob] = []

    def suggest(self, trial_id: str) -> dict[str, Any] | str | None:
        with self._failure_of_search.caught():
            self._manager.check()  # if no trial runs, Tune waits for one and does not call its stopper
            if not self._placement.has_room(self._crews.workers(self._manager.running) - len(self._waiting)):
                return None
            if self._waiting:
                return self._placed(trial_id, [self._waiting.pop()], 1)
            if (job := self._manager.begin()) is not None:
                return self._begun(trial_id, job)
            # The search is finished only if no running trial can lose its worker and have to begin again.
            return Searcher.FINISHED if self._manager.exhausted else None
        return None

    def _begun(self, trial_id: str, job: TrialJob) -> dict[str, Any] | None:
        """Return the config for a worker that runs the trial, in a pack if it is to be in one."""
        wanted = self._crews.size_for(job) if self._manager.may_share(job.number) else 1
        places = self._placement.places_for(job.point, wanted)
        jobs, others = mates(self._manager, job, places - 1)
        self._waiting += others
        return self._placed(trial_id, [job, *jobs], places if jobs else 1)

    def _placed(self, trial_id: str, jobs: list[TrialJob], places: int) -> dict[str, Any] | None:
        """Return the config for the worker; None if no device can hold the trials: they are refused or requeued."""
        first = jobs[0]
        try:
            assigned = self._placement.place(
                trial_id, first.point, first.batch_parts, in_steps=first.folds is None, members=places
            )
        except UnplaceableTrial as error:
            for job in jobs:
                (self._manager.put_back if error.for_now else self._manager.refuse)(job.number, str(error))
            return None
        placed = tuple(placed_job(job, assigned) for job in jobs)
        self._crews.add(trial_id, placed, places)
        files = {} if self._home is None else {job.number: sent(job) for job in jobs}
        settings = {STUDY: self._manager.study, JOBS: placed, PLACES: places, RESOURCES: assigned.resources}
        return {**settings, DATA: self._encodings.of(first.point), HOME: self._home, FILES: files}

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        """Do nothing: the scheduler has handled the end already."""

    def save(self, checkpoint_path: str) -> None:
        """Save nothing: the study in SQL is the only state."""

    def restore(self, checkpoint_path: str) -> None:
        """Restore nothing: the trial manager reads the study."""


def mates(manager: TrialManager, job: TrialJob, count: int) -> tuple[list[TrialJob], list[TrialJob]]:
    """Begin trials whose models have the shape of that of a running one.

    Args:
        manager: the trial manager.
        job: the running trial.
        count: how many may begin.

    Returns:
        Those of the same shape; and one that has turned out to have another shape, if any, which must run alone.
    """
    found: list[TrialJob] = []
    while len(found) < count and (other := manager.begin(like=job.number)) is not None:
        if pack_shape(other.point) != pack_shape(job.point):
            return found, [other]
        found.append(other)
    return found, []


def placed_job(job: TrialJob, assigned: TrialResources) -> TrialJob:
    """Return the job for a worker with these resources."""
    return replace(
        job,
        batch_parts=assigned.parts,
        memory_share=assigned.memory_share,
        processes=assigned.processes,
        sharded=assigned.sharded,
        device="auto" if assigned.resources["GPU"] else "cpu",  # Ray does not hide GPUs from workers without any
    )


class ManagedScheduler(_Stateless, FIFOScheduler):
    """Passes each report and each failure of a worker to the trial manager, which calls Optuna's pruner.

    A trial that lost its worker continues as another trial of Tune with the same number. Of several Tune trials with
    one number, only the newest counts, until the trial manager has ended it: Tune repeats the last result of a trial
    when it stops the trial, possibly after the number has begun again.

    One trial of Tune may carry a pack of trials. A place in it that becomes free is given to a new trial.

    Args:
        manager: the trial manager.
        failure: receives exceptions.
        placement: assigns resources to workers.
        crews: the trials of each worker.
        hang_detector: detects workers that hang.
        shares_disk: whether all nodes share the disk of the driver.
        say: receives one line if packs turn out smaller than wanted.
    """

    def __init__(
        self,
        manager: TrialManager,
        failure: TrialFailure,
        placement: TrialPlacer,
        crews: Crews,
        hang_detector: HangDetector,
        *,
        shares_disk: bool = True,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._manager = manager
        self._failure_of_search = failure
        self._placement = placement
        self._crews = crews
        self._hang_detector = hang_detector
        self._shares_disk = shares_disk
        self._say = say
        self._live: dict[str, RayTrial] = {}
        self._hung: dict[str, str] = {}
        self._stop: Callable[[RayTrial], None] | None = None

    def on_trial_add(self, tune_controller: Any, trial: RayTrial) -> None:
        self._stop = tune_controller.request_stop_trial
        for job in trial.config[JOBS]:
            for idle in self._crews.leave(job.number, besides=trial.trial_id):
                other = self._live[idle]
                self._forget(other)
                self._kill(other)
        self._live[trial.trial_id] = trial

    def on_trial_result(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> str:
        crew = self._crews.of(trial.trial_id)
        with self._failure_of_search.caught():
            if crew is not None:
                before = dict(crew.jobs)
                self._record(trial, crew, result)
                self._change(trial, crew, before)
        if crew is not None and crew.jobs and self._failure_of_search.error is None:
            for each in result[REPORTS].reports:
                self._hang_detector.reported(trial.trial_id, each.report.evaluation)
            return str(TrialScheduler.CONTINUE)
        self._forget(trial)
        return str(TrialScheduler.STOP)

    def on_trial_complete(self, tune_controller: Any, trial: RayTrial, result: dict[str, Any]) -> None:
        crew = self._crews.of(trial.trial_id)
        if crew is not None and REPORTS in result:
            with self._failure_of_search.caught():
                self._record(trial, crew, result)
        self._forget(trial)

    def on_trial_remove(self, tune_controller: Any, trial: RayTrial) -> None:
        self._forget(trial)

    def on_trial_error(self, tune_controller: Any, trial: RayTrial) -> None:
        why_killed = self._hung.pop(trial.trial_id, "")
        crew = self._forget(trial)
        with self._failure_of_search.caught():
            error, text = _failure(trial)
            if crew is not None:
                self._report_failure(crew, error, why_killed or text)

    def end_what_hangs(self) -> None:
        """Kill each worker that has sent no report for too long; Tune and the trial manager then see it die.

        Trials that wait for GPUs that have left the cluster are requeued.
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
        crew = self._forget(trial)
        for number in [] if crew is None else crew.jobs:
            self._manager.put_back(number, "the GPUs that it waited for are no longer in the cluster")
        if self._stop is not None:
            self._stop(trial)

    def end_workers(self) -> None:
        """Kill all workers."""
        for trial in self._live.values():
            self._kill(trial)

    def _record(self, trial: RayTrial, crew: Crew, result: dict[str, Any]) -> None:
        """Record all reports of a worker; trials that have ended leave its crew."""
        told, files = result[REPORTS], dict(result.get(FILES, ()))
        if told.most_members is not None:
            crew.refills = 0
            self._limit(crew, told.most_members, told.why)
        for each in told.reports:
            job = crew.jobs.get(each.number)
            if job is not None and not self._record_one(trial, job, each.report, files.get(each.number)):
                del crew.jobs[each.number]

    def _record_one(self, trial: RayTrial, job: TrialJob, report: TrialReport, files: Any) -> bool:
        """Write files before the study, so that it names only existing files. A report without its files is lost."""
        try:
            take_in(job, files)
        except RayError as error:
            self._manager.lose(job.number, f"its files were lost in transfer: {error}")
            return False
        except CheckpointError as error:
            self._manager.halt(job.number, str(error))
            return False
        self._placement.note(trial.trial_id, job, report.cost)
        return self._manager.record(job.number, report)

    def _change(self, trial: RayTrial, crew: Crew, before: Mapping[int, TrialJob]) -> None:
        """Fill free places of a pack, or give them up if half are free, and tell its worker, which waits meanwhile."""
        left = crew.taken + [number for number in before if number not in crew.jobs]
        if crew.places == 1 or not left or not crew.jobs or self._manager.over:
            return
        crew.taken = []
        first = next(iter(before.values()))
        found, others = mates(self._manager, crew.first, crew.room)
        for other in others:
            self._manager.put_back(other.number, "its model has another shape than the pack that it was to join")
            crew.refills = 0
        joined = [replace(job, memory_share=first.memory_share, device=first.device) for job in found]
        crew.refills -= len(joined)
        crew.jobs.update((job.number, job) for job in joined)
        if 2 * len(crew.jobs) <= crew.places:
            crew.places = max(2, len(crew.jobs))
        files = {} if self._shares_disk else {job.number: sent(job) for job in found}
        if (worker := trial.temporary_state.ray_actor) is not None:
            worker.change.remote(left, joined, crew.places, files)

    def _limit(self, crew: Crew, most: int, why: str) -> None:
        """Note that packs like this one can have so many members at most, and say so once."""
        if self._crews.limit(crew.first, most):
            self._say(f"Packs of {most} at most from now on for such models: {why}")

    def _report_failure(self, crew: Crew, error: BaseException | None, cause: str) -> None:
        """Tell the trial manager that a worker has failed: all its trials have ended, and most may begin again."""
        origin = error.cause if isinstance(error, RayTaskError) else None
        out_of_memory = isinstance(error, OutOfMemoryError) or KILLED_FOR_MEMORY in cause
        is_too_large = origin is None and out_of_memory and len(crew.jobs) > 1
        if is_too_large:
            self._limit(crew, len(crew.jobs) // 2, "a worker was killed because its node ran out of memory")
        for number in crew.jobs:
            if isinstance(origin, CheckpointError):
                self._manager.halt(number, str(origin))
            elif isinstance(origin, ForkDied | ObjectLostError):
                self._manager.lose(number, str(origin))
            elif is_too_large:
                self._manager.put_back(number, cause)
            elif origin is not None and len(crew.jobs) == 1:
                self._manager.fail(number, cause)  # of several, nobody knows whose error it is
            else:
                self._manager.lose(number, cause, out_of_memory=out_of_memory)

    def _forget(self, trial: RayTrial) -> Crew | None:
        """Ignore the worker from now on; return its crew if it has not been forgotten before."""
        self._hang_detector.ended(trial.trial_id)
        if self._live.pop(trial.trial_id, None) is None:
            return None
        self._placement.leave(trial.trial_id)
        return self._crews.end(trial.trial_id)

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
