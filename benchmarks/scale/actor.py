"""A real Ray actor that sleeps as long as a trial would train. It imports Ray: call `prepare_ray` before."""

import os
import time
from typing import Any

from automl.cluster import JOB, REPORT, TrialActor
from benchmarks.scale.work import Work

MEAN = "AUTOML_SCALE_MEAN_SECONDS"
"""The variable that tells actors how long trials take."""


class SleepingActor(TrialActor):
    """Has no process and reads no data."""

    _rested = 0.0
    """When it last had nothing more to do, by the clock of `time.monotonic`; 0 before its first report."""

    def _begin(self, config: dict[str, Any]) -> None:
        self._work = Work(config[JOB], float(os.environ[MEAN]))

    def step(self) -> dict[str, Any]:
        """Sleeps until its next report."""
        idle = time.monotonic() - self._rested if self._rested else 0.0
        time.sleep(self._work.next_seconds)
        report = self._work.report(idle)
        self._rested = time.monotonic()
        return {REPORT: report, "done": report.end is not None}
