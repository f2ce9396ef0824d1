"""The worker's side: a Ray Tune actor that runs one trial after another, in a process that is forked for it.

Keep its imports few: every worker waits for them.
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
"""What goes to a worker with each trial, and what comes back."""

HOME, LUGGAGE = "home", "luggage"
"""The driver's node, if workers on others do not share its disk; and a trial's files, on their way there or back."""

MOST_GROWTH = 1.5
"""A process that holds this much more memory between trials than it did at first is replaced."""

SMALLEST_GROWTH = 256 * 2**20
"""Bytes by which it must have grown in any case."""

TRIALS_UNTIL_STEADY = 3
"""A process's first trials load what all the others use again."""


class TrialActor(Trainable):
    """Runs a trial by pulling its reports from a process of its own, and keeps that process for the next trial.

    Whatever leaks would grow with each trial. So a process that has grown is replaced between two trials.
    """

    _process: TrialProcess | None = None
    _data: tuple[str, TrialData] | None = None
    _abroad: RemoteWorkdir | None = None
    _trials = 0
    _steady_bytes = 0

    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory:
        """What a worker is given. `tune.with_resources` would do it too, but hide the class's name in the dashboard."""
        return PlacementGroupFactory([config[RESOURCES]])

    def __repr__(self) -> str:
        """What the dashboard shows of it. Ray asks once, as it starts: which trial it has now stands in its log."""
        return f"trials of {self._study}"

    def setup(self, config: dict[str, Any]) -> None:
        self._study = config[STUDY]
        self._begin(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        if self._process is not None:
            self._process.leave()
            self._replace_if_grown(self._process)
        self._begin(new_config)
        return True

    def step(self) -> dict[str, Any]:
        if self._process is None:
            raise RuntimeError("a trial must have begun before its next step")
        report = self._process.next_report()
        return {REPORT: report, LUGGAGE: self._sent(report), "done": report.end is not None}

    def cleanup(self) -> None:
        if self._process is not None:
            self._process.end()
        if self._abroad is not None:
            self._abroad.leave()

    def _begin(self, config: dict[str, Any]) -> None:
        self._process = self._process or TrialProcess()
        handle = config[DATA]
        if self._data is None or self._data[0] != handle.key:
            self._data = handle.key, handle.get()
        self._process.begin(self._settled(config), self._data[1])
        print(f"trial {config[JOB].number} of study {self._study}", flush=True)  # noqa: T201 - to its log in the dashboard

    def _settled(self, config: dict[str, Any]) -> TrialJob:
        """The job, with folders of this machine's own if they must be."""
        job: TrialJob = config[JOB]
        home = config.get(HOME)
        if home is None or home == ray.get_runtime_context().get_node_id():
            return job
        self._abroad = self._abroad or RemoteWorkdir(machine_cache())
        luggage = config.get(LUGGAGE)
        return self._abroad.settle(job, None if luggage is None else luggage.get())

    def _sent(self, report: TrialReport) -> ObjectHandle[Any] | None:
        """What the driver's machine needs of the trial's files, on its way there."""
        news = None if self._abroad is None else self._abroad.news(report)
        return None if news is None else ObjectHandle(ray.put(news))

    def _replace_if_grown(self, process: TrialProcess) -> None:
        self._trials += 1
        held = process.resident_bytes
        if self._trials <= TRIALS_UNTIL_STEADY:
            self._steady_bytes = held
        elif held > max(MOST_GROWTH * self._steady_bytes, self._steady_bytes + SMALLEST_GROWTH):
            process.end()
            self._process, self._trials = None, 0
