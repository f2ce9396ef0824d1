"""The worker: a Ray Tune actor that runs one trial after another, in a forked process.

Keep its imports few: every worker waits for them at its start.
"""

from typing import Any

import ray
from ray.tune import PlacementGroupFactory, Trainable

from automl.cluster.object_store import ObjectHandle
from automl.core import machine_cache
from automl.worker import RemoteWorkdir, TrialProcess
from trials.data import TrialData
from trials.protocol import TrialJob, TrialReport

STUDY, JOB, DATA, RESOURCES, REPORT = "study", "job", "data", "resources", "report"
"""Keys of the config that a worker gets for each trial, and of the result that it returns."""

HOME, FILES = "home", "files"
"""Keys of the driver's node, if other nodes do not share its disk, and of the files sent to or from a worker."""

MOST_GROWTH = 1.5
"""Factor of memory growth between trials beyond which a process is replaced."""

SMALLEST_GROWTH = 256 * 2**20
"""Least growth in bytes beyond which a process is replaced."""

TRIALS_UNTIL_STEADY = 3
"""Number of first trials whose memory growth is ignored, because they load what later trials reuse."""


class TrialActor(Trainable):
    """Runs a trial in a process of its own, from which it reads the reports, and keeps that process for the next trial.

    A memory leak would grow with each trial, so a process whose memory has grown is replaced between two trials.
    """

    _process: TrialProcess | None = None
    _data: tuple[str, TrialData] | None = None
    _remote_workdir: RemoteWorkdir | None = None
    _trials = 0
    _steady_bytes = 0

    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory:
        """Return the resources in `config`. `tune.with_resources` would hide the name of the class in the dashboard."""
        return PlacementGroupFactory([config[RESOURCES]])

    def __repr__(self) -> str:
        """Return the name in the dashboard. Ray reads it once, at the start; the actor's log has the current trial."""
        return f"trials of {self._study}"

    def setup(self, config: dict[str, Any]) -> None:
        """Start the first trial of this actor, with the job, data and resources in `config`."""
        self._study = config[STUDY]
        self._begin(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Leave the current trial and start the one in `new_config`; return True, as Tune may reuse the actor."""
        if self._process is not None:
            self._process.leave()
            self._replace_if_grown(self._process)
        self._begin(new_config)
        return True

    def step(self) -> dict[str, Any]:
        """Wait for the next report of the trial, and return it with the files that the driver needs."""
        if self._process is None:
            raise RuntimeError("a trial must have begun before its next step")
        report = self._process.next_report()
        return {REPORT: report, FILES: self._sent(report), "done": report.end is not None}

    def cleanup(self) -> None:
        """End the process of the trial, and remove the local folders of the actor."""
        if self._process is not None:
            self._process.end()
        if self._remote_workdir is not None:
            self._remote_workdir.leave()

    def _begin(self, config: dict[str, Any]) -> None:
        self._process = self._process or TrialProcess()
        handle = config[DATA]
        if self._data is None or self._data[0] != handle.key:
            self._data = handle.key, handle.get()
        self._process.begin(self._settled(config), self._data[1])
        print(f"trial {config[JOB].number} of study {self._study}", flush=True)  # noqa: T201 - to its log in the dashboard

    def _settled(self, config: dict[str, Any]) -> TrialJob:
        """Return the job in `config`, with local folders if this node does not share the disk of the driver."""
        job: TrialJob = config[JOB]
        home = config.get(HOME)
        if home is None or home == ray.get_runtime_context().get_node_id():
            return job
        self._remote_workdir = self._remote_workdir or RemoteWorkdir(machine_cache())
        files = config.get(FILES)
        return self._remote_workdir.settle(job, None if files is None else files.get())

    def _sent(self, report: TrialReport) -> ObjectHandle[Any] | None:
        """Store the files that the driver needs after `report`; None if there are none or the disk is shared."""
        files = None if self._remote_workdir is None else self._remote_workdir.collect(report)
        return None if files is None else ObjectHandle(ray.put(files))

    def _replace_if_grown(self, process: TrialProcess) -> None:
        self._trials += 1
        held = process.resident_bytes
        if self._trials <= TRIALS_UNTIL_STEADY:
            self._steady_bytes = held
        elif held > max(MOST_GROWTH * self._steady_bytes, self._steady_bytes + SMALLEST_GROWTH):
            process.end()
            self._process, self._trials = None, 0
