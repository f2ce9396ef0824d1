"""The Ray worker's end of the line to the process that trains for it."""

import os

from automl.worker.fork_client import Fork
from automl.worker.messages import BeginTrial, LeaveTrial, NextReport
from trials.data import TrialData
from trials.protocol import TrialJob, TrialReport


class TrialProcess(Fork):
    """A process that runs trials, one after another."""

    WHAT = "the process that trained"

    def __init__(self) -> None:
        super().__init__()
        self._data: TrialData | None = None

    def begin(self, job: TrialJob, data: TrialData) -> None:
        """Makes a trial ready. The data are sent only if they are not those of the trial before."""
        is_new = data is not self._data
        self.ask(BeginTrial(job, data if is_new else None, dict(os.environ)))
        self._data = data

    def next_report(self) -> TrialReport:
        """Has the trial run until its next report.

        Raises:
            CheckpointError: a model or a state could not be written.
            ForkDied: it was killed.
        """
        answer = self.ask(NextReport())
        if isinstance(answer, TrialReport):
            return answer
        raise answer if isinstance(answer, BaseException) else TypeError(f"a report must come, not {answer!r}")

    def leave(self) -> None:
        """Leaves the trial where it is."""
        self.ask(LeaveTrial())
