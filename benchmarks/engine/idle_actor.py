"""The worker's side of a trial that does no work. It imports Ray, so `prepare_ray` must have been called before."""

import time
from typing import Any

from automl.cluster import JOB, REPORT, DatasetRefs, ObjectHandle, TrialActor
from benchmarks.engine.bookkeeping import COST
from search_spaces import PretrainedText, Text
from trials.protocol import BUDGET_STEPS, Evaluation, TrialEnd, TrialReport


class IdleActor(TrialActor):
    """Ends each trial with its first report."""

    def _begin(self, config: dict[str, Any]) -> None:
        self._job = config[JOB]

    def step(self) -> dict[str, Any]:
        """Sleeps for as many milliseconds as the budget has examples."""
        seconds = self._job.budget_examples / 1000
        time.sleep(seconds)
        value = self._job.number % 97 / 97
        evaluation = Evaluation(BUDGET_STEPS, 1, {"macro_f1": value}, 0.5, 1e-3, seconds, False)
        return {REPORT: TrialReport(evaluation, TrialEnd.COMPLETED, COST), "done": True}


class NoData(DatasetRefs):
    """Stands for the data, which these trials do not read."""

    def __init__(self) -> None:
        """Needs nothing."""

    def of(self, text: Text | PretrainedText) -> ObjectHandle:
        """A handle to nothing."""
        return ObjectHandle(None)
