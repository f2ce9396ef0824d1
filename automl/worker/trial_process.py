"""Client for the process that trains on behalf of a Ray worker."""

import os

from automl.worker.fork_client import Fork
from automl.worker.messages import BeginTrial, LeaveTrial, NextReport
from trials.data import TrialData
from trials.protocol import TrialJob, TrialReport


class TrialProcess(Fork):
    """A forked process that runs trials, one after another."""

    WHAT = "the process that trained"

    def __init__(self) -> None:
        super().__init__()
        self._data: TrialData | None = None

    def begin(self, job: TrialJob, data: TrialData) -> None:
        """Prepare a trial.

        Args:
            job: the trial.
            data: the encoded data; it is sent only if it is not the same object as for the previous trial.

        Raises:
            ForkDied: the process was killed.
        """
        is_new = data is not self._data
        self.ask(BeginTrial(job, data if is_new else None, dict(os.environ)))
        self._data = data

    def next_report(self) -> TrialReport:
        """Run the trial until its next report.

        Raises:
            CheckpointError: a model or a training state could not be written.
            MemoryError: the trial ran out of memory.
            StopIteration: the trial has no further report.
            ForkDied: the process was killed.
        """
        answer = self.ask(NextReport())
        if isinstance(answer, TrialReport):
            return answer
        raise answer if isinstance(answer, BaseException) else TypeError(f"a report must come, not {answer!r}")

    def leave(self) -> None:
        """Abandon the trial in its present state."""
        self.ask(LeaveTrial())
