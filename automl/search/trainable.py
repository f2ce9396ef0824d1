"""The worker's side: a Ray Tune actor that runs one trial after another. Only here does the search meet torch.

Keep its imports few: every worker waits for them.
"""

import gc
from collections.abc import Generator, Iterator
from typing import Any

from ray.tune import PlacementGroupFactory, Trainable

from trials.record import TrialReport

JOB, DATA, RESOURCES, REPORT = "job", "data", "resources", "report"
"""What goes to a worker with each trial, and what comes back."""


MOST_GROWTH = 1.5
"""A worker that holds this much more memory between trials than it did at first is replaced."""

SMALLEST_GROWTH = 256 * 2**20
"""Bytes by which it must have grown in any case."""

TRIALS_UNTIL_STEADY = 3
"""A worker's first trials load what all the others use again."""


class TrialActor(Trainable):
    """Runs a trial by pulling its reports; is reused for the next trial, which saves seconds of imports each time.

    Whatever leaks would grow with each trial. So a worker that has grown refuses the next one, which Tune answers by an
    end of the worker; the ledger puts the trial back, and a fresh worker gets it.
    """

    _reports: Iterator[TrialReport] = iter(())
    _trials = 0
    _steady_bytes = 0

    @classmethod
    def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory:
        """What a worker is given. `tune.with_resources` would do it too, but hide the class's name in the dashboard."""
        return PlacementGroupFactory([config[RESOURCES]])

    def setup(self, config: dict[str, Any]) -> None:
        self._begin(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.cleanup()
        if self._has_grown():
            return False
        self._begin(new_config)
        return True

    def step(self) -> dict[str, Any]:
        report = next(self._reports)
        return {REPORT: report, "done": report.end is not None}

    def cleanup(self) -> None:
        if isinstance(self._reports, Generator):
            self._reports.close()

    def _has_grown(self) -> bool:
        from trials.memory import resident_bytes  # noqa: PLC0415 - torch is there by now

        self._trials += 1
        if self._trials <= TRIALS_UNTIL_STEADY:
            self._steady_bytes = resident_bytes()
            return False
        return resident_bytes() > max(MOST_GROWTH * self._steady_bytes, self._steady_bytes + SMALLEST_GROWTH)

    def _begin(self, config: dict[str, Any]) -> None:
        gc.set_threshold(50_000, 20, 20)  # imports make much and free nothing: 4.3 s instead of 5.0 s
        from trials.run import run_trial  # noqa: PLC0415 - torch is for workers; the driver imports this module too

        self._reports = run_trial(config[JOB], config[DATA].get())
