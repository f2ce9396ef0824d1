"""Gives Ray Tune the next trials of the trial manager."""

from typing import Any

from ray.tune.search import Searcher

from automl.cluster.dataset_refs import DatasetRefs
from automl.cluster.object_store import sent
from automl.cluster.placement import TrialPlacer, UnplaceableTrial
from automl.cluster.tune.adapter import Stateless, TrialFailure
from automl.cluster.tune.crews import Crews
from automl.cluster.tune.mates import mates, placed_job
from automl.cluster.tune.trainable import DATA, FILES, HOME, JOBS, PLACES, RESOURCES, STUDY
from automl.engine import TrialManager
from trials.protocol import TrialEnd, TrialJob


class ManagedSearcher(Stateless, Searcher):
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
            self._waiting = [job for job in self._waiting if self._manager.runs(job.number)]
            if not self._placement.has_room(self._crews.workers):
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
                end = TrialEnd.PREEMPTED if error.for_now else TrialEnd.OUT_OF_MEMORY
                self._manager.end(job.number, end, str(error))
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
