"""The worker: a Ray Tune actor that runs one trial after another, in a forked process.

Keep its imports few: every worker waits for them at its start.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import ray
from ray.tune import PlacementGroupFactory, Trainable

from automl.checkpoints import TrialBundle
from automl.cluster.object_store import ObjectHandle
from automl.core import machine_cache
from automl.worker import RemoteWorkdir, TrialProcess
from trials.data import TrialData
from trials.protocol import MemberReport, TrialJob

STUDY, JOBS, PLACES, DATA, RESOURCES, REPORTS = "study", "jobs", "places", "data", "resources", "reports"
"""Keys of the config that a worker gets for its trials, and of the result that it returns."""

HOME, FILES = "home", "files"
"""Keys of the driver's node, if other nodes do not share its disk, and of the files sent to or from a worker, by the
numbers of the trials."""

MOST_GROWTH = 1.5
"""Factor of memory growth between trials beyond which a process is replaced."""

SMALLEST_GROWTH = 256 * 2**20
"""Least growth in bytes beyond which a process is replaced."""

TRIALS_UNTIL_STEADY = 3
"""Number of first trials whose memory growth is ignored, because they load what later trials reuse."""


class TrialActor(Trainable):
    """Runs a trial, or a pack of trials, in a process of its own, and keeps that process for the next one.

    A memory leak would grow with each trial, so a process whose memory has grown is replaced between two trials.
    """

    _process: TrialProcess | None = None
    _data: tuple[str, TrialData] | None = None
    _refused: BaseException | None = None
    _trials = 0
    _steady_bytes = 0

    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory:
        """Return the resources in `config`. `tune.with_resources` would hide the name of the class in the dashboard."""
        return PlacementGroupFactory([config[RESOURCES]])

    def __repr__(self) -> str:
        """Return the name in the dashboard. Ray reads it once, at the start; the actor's log has the current trial."""
        return f"trials of {self._study} from {self._first} on"

    def setup(self, config: dict[str, Any]) -> None:
        """Start the first trials of this actor, with the jobs, data and resources in `config`."""
        self._study, self._first = config[STUDY], config[JOBS][0].number
        self._workdirs: dict[int, RemoteWorkdir] = {}
        self._begin(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Leave the current trials and start those in `new_config`; return True, as Tune may reuse the actor."""
        if self._process is not None:
            self._process.leave()
            self._replace_if_grown(self._process)
        self._leave_workdirs(list(self._workdirs))
        self._begin(new_config)
        return True

    def step(self) -> dict[str, Any]:
        """Wait for the next reports of the trials, and return them with the files that the driver needs.

        A trial alone ends the actor's work; of a pack, the driver decides whether others join.
        """
        if self._process is None:
            raise RuntimeError("a trial must have begun before its next step")
        if self._refused is not None:
            raise self._refused
        told = self._process.next_reports()
        sent = {each.number: files for each in told.reports if (files := self._sent(each)) is not None}
        is_over = not told.reports or (self._places == 1 and told.reports[-1].report.end is not None)
        return {REPORTS: told, FILES: tuple(sent.items()), "done": is_over}  # Tune would flatten a dict

    def change(
        self,
        left: Sequence[int],
        joined: Sequence[TrialJob],
        places: int,
        files: Mapping[int, ObjectHandle[TrialBundle] | None],
    ) -> None:
        """Abandon some members of a pack, and begin others; the driver calls it between two steps.

        What goes wrong is raised by the next step, because nobody waits for the result of this call.

        Args:
            left: numbers of the trials that leave.
            joined: trials that join.
            places: largest number of trials at once from now on.
            files: the files of the trials that join, by number.
        """
        try:
            self._leave_workdirs(left)
            settled = [self._settled(job, files.get(job.number)) for job in joined]
            if self._process is not None:
                self._process.change(left, settled, places)
        except Exception as error:  # raised by `step`
            self._refused = error
        for job in joined:
            self._say(job)

    def cleanup(self) -> None:
        """End the process of the trials, and remove the local folders of the actor."""
        if self._process is not None:
            self._process.end()
        self._leave_workdirs(list(self._workdirs))

    def _begin(self, config: dict[str, Any]) -> None:
        self._refused = None
        self._process = self._process or TrialProcess()
        handle = config[DATA]
        if self._data is None or self._data[0] != handle.key:
            self._data = handle.key, handle.get()
        home = config.get(HOME)
        self._is_remote = home is not None and home != ray.get_runtime_context().get_node_id()
        self._places = config[PLACES]
        files = config.get(FILES) or {}
        jobs = [self._settled(job, files.get(job.number)) for job in config[JOBS]]
        self._process.begin(jobs, self._data[1], self._places)
        for job in config[JOBS]:
            self._say(job)

    def _say(self, job: TrialJob) -> None:
        print(f"trial {job.number} of study {self._study}", flush=True)  # noqa: T201 - to its log in the dashboard

    def _settled(self, job: TrialJob, files: ObjectHandle[TrialBundle] | None) -> TrialJob:
        """Return the job, with local folders if this node does not share the disk of the driver."""
        if not self._is_remote:
            return job
        workdir = self._workdirs[job.number] = RemoteWorkdir(machine_cache())
        return workdir.settle(job, None if files is None else files.get())

    def _sent(self, told: MemberReport) -> ObjectHandle[TrialBundle] | None:
        """Store the files that the driver needs after a report; None if there are none or the disk is shared."""
        workdir = self._workdirs.get(told.number)
        files = None if workdir is None else workdir.collect(told.report)
        return None if files is None else ObjectHandle(ray.put(files))

    def _leave_workdirs(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if (workdir := self._workdirs.pop(number, None)) is not None:
                workdir.leave()

    def _replace_if_grown(self, process: TrialProcess) -> None:
        self._trials += 1
        held = process.resident_bytes
        if self._trials <= TRIALS_UNTIL_STEADY:
            self._steady_bytes = held
        elif held > max(MOST_GROWTH * self._steady_bytes, self._steady_bytes + SMALLEST_GROWTH):
            process.end()
            self._process, self._trials = None, 0
