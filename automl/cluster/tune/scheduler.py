"""Passes what Ray Tune reports of its workers to the trial manager."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray import cloudpickle
from ray.exceptions import ObjectLostError, OutOfMemoryError, RayError, RayTaskError
from ray.tune.experiment import Trial as RayTrial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

from automl.cluster.hang_detection import HangDetector
from automl.cluster.object_store import sent, take_in
from automl.cluster.placement import TrialPlacer
from automl.cluster.tune.adapter import Stateless, TrialFailure
from automl.cluster.tune.crews import Crew, Crews
from automl.cluster.tune.mates import mates
from automl.cluster.tune.trainable import FILES, JOBS, REPORTS
from automl.engine import TrialManager
from automl.worker import ForkDied
from trials.errors import CheckpointError
from trials.protocol import TrialEnd, TrialJob, TrialReport

KILLED_FOR_MEMORY = "node running low on memory"
"""Part of Ray's message about an actor that its memory monitor has killed, if Ray raises no `OutOfMemoryError`."""

IDLE_SECONDS = 2.0
"""Time that a worker whose trials were requeued has to report, after which Tune reuses it; then it is killed."""


class ManagedScheduler(Stateless, FIFOScheduler):
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
        self._idle_since: dict[str, float] = {}
        self._stop: Callable[[RayTrial], None] | None = None

    def on_trial_add(self, tune_controller: Any, trial: RayTrial) -> None:
        self._stop = tune_controller.request_stop_trial
        for job in trial.config[JOBS]:
            self._leave_others(job.number, trial)
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
                for number in crew.jobs:
                    self._manager.lose(number, "its worker has ended without a word about it")
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

    def end_what_idles(self) -> None:
        """Kill each worker none of whose trials has run for `IDLE_SECONDS`, so that others get its cores and GPUs.

        This happens when trials are requeued while they run, as the search turns to its confirmations.
        """
        now, idle = time.monotonic(), self._live.keys() & set(self._crews.idle(self._manager.runs))
        self._idle_since = {each: self._idle_since.get(each, now) for each in idle}
        for trial_id, since in self._idle_since.items():
            if now - since < IDLE_SECONDS:
                continue
            trial = self._live[trial_id]
            self._forget(trial)
            self._kill(trial)
            if trial.status == RayTrial.PENDING and self._stop is not None:
                self._stop(trial)

    def _requeue(self, trial: RayTrial) -> None:
        crew = self._forget(trial)
        for number in [] if crew is None else crew.jobs:
            self._manager.end(number, TrialEnd.PREEMPTED, "the GPUs that it waited for are no longer in the cluster")
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
        self._placement.note(trial.trial_id, job, report)
        return self._manager.record(job.number, report)

    def _change(self, trial: RayTrial, crew: Crew, before: Mapping[int, TrialJob]) -> None:
        """Fill free places of a pack, or give them up if half are free, and tell its worker, which waits meanwhile."""
        left = crew.taken + [number for number in before if number not in crew.jobs]
        if crew.places == 1 or not left or not crew.jobs or self._manager.over:
            return
        crew.taken = []
        first = next(iter(before.values()))
        alive = next((job for job in crew.jobs.values() if self._manager.runs(job.number)), crew.first)
        found, others = mates(self._manager, alive, crew.room)
        for job in found:
            self._leave_others(job.number, trial)
            if job.number in crew.jobs:  # another driver had taken it over meanwhile: it begins again
                left.append(job.number)
        for other in others:
            cause = "its model has another shape than the pack that it was to join"
            self._manager.end(other.number, TrialEnd.PREEMPTED, cause)
            crew.refills = 0
        joined = [replace(job, memory_share=first.memory_share, device=first.device) for job in found]
        crew.refills -= len(joined)
        crew.jobs.update((job.number, job) for job in joined)
        if 2 * len(crew.jobs) <= crew.places:
            crew.places = max(2, len(crew.jobs))
        files = {} if self._shares_disk else {job.number: sent(job) for job in found}
        if (worker := trial.temporary_state.ray_actor) is not None:
            worker.change.remote(left, joined, crew.places, files)

    def _leave_others(self, number: int, trial: RayTrial) -> None:
        """Take a trial from any other worker that still has it: only the newest one counts."""
        for idle in self._crews.leave(number, besides=trial.trial_id):
            other = self._live[idle]
            self._forget(other)
            self._kill(other)

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
                self._manager.end(number, TrialEnd.PREEMPTED, cause)
            elif origin is not None and len(crew.jobs) == 1:
                self._manager.end(number, TrialEnd.ERROR, cause)  # of several, nobody knows whose error it is
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
