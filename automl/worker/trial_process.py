"""Client for the process that trains on behalf of a Ray worker."""

import os
from collections.abc import Sequence

from automl.worker.fork_client import Fork
from automl.worker.messages import BeginTrials, ChangePack, LeaveTrials, NextReports, Request
from trials.data import TrialData
from trials.protocol import TrialJob, WorkerReports


class TrialProcess(Fork):
    """A forked process that runs trials, one after another."""

    WHAT = "the process that trained"

    def __init__(self) -> None:
        super().__init__()
        self._data: TrialData | None = None

    def begin(self, jobs: Sequence[TrialJob], data: TrialData, places: int = 1) -> None:
        """Prepare trials.

        Args:
            jobs: the trials; several are members of a pack.
            data: the encoded data; it is sent only if it is not the same object as for the previous trials.
            places: largest number of trials at once; more than 1 makes a pack.

        Raises:
            ForkDied: the process was killed.
        """
        is_new = data is not self._data
        self._ask(BeginTrials(tuple(jobs), places, data if is_new else None, dict(os.environ)))
        self._data = data

    def next_reports(self) -> WorkerReports:
        """Run the trials until their next reports.

        Raises:
            CheckpointError: a model or a training state could not be written.
            MemoryError: a trial ran out of memory.
            StopIteration: the trial has no further report.
            ForkDied: the process was killed.
        """
        answer = self._ask(NextReports())
        if isinstance(answer, WorkerReports):
            return answer
        raise TypeError(f"reports must come, not {answer!r}")

    def change(self, left: Sequence[int], joined: Sequence[TrialJob], places: int) -> None:
        """Abandon some members of a pack, and prepare others.

        Args:
            left: numbers of the trials that leave.
            joined: trials that join.
            places: largest number of trials at once from now on.

        Raises:
            ForkDied: the process was killed.
        """
        self._ask(ChangePack(tuple(left), tuple(joined), places))

    def leave(self) -> None:
        """Abandon the trials in their present state."""
        self.ask(LeaveTrials())

    def _ask(self, request: Request) -> object:
        answer = self.ask(request)
        if isinstance(answer, BaseException):
            raise answer
        return answer
