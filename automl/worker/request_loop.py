"""The request loop of a fork: it runs one trial after another for its Ray worker, or scores models for the driver."""

import os
from collections.abc import Callable, Generator, Iterator
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import TypeVar

import torch

from automl.core import WorkspaceError
from automl.export import ModelScores, score
from automl.worker.messages import BeginTrial, NextReport, PaceRequest, RefitRequest, Request, ScoreRequest
from trials.data import TrialData
from trials.errors import CheckpointError
from trials.hardware import is_out_of_memory
from trials.protocol import TrialReport
from trials.run import run_trial
from trials.workflows import measure_pace, refit

Result = TypeVar("Result")


class RequestLoop:
    """State of a fork: the current trial and its data."""

    def __init__(self) -> None:
        self._data: TrialData | None = None
        self._reports: Iterator[TrialReport] = iter(())

    def answer(self, request: Request) -> TrialReport | ModelScores | dict[str, float] | BaseException | None:
        """Carry out a request, and return its answer; exceptions are returned, not raised."""
        if isinstance(request, NextReport):
            return self._next()
        if isinstance(request, ScoreRequest):
            return _scored(request)
        if isinstance(request, PaceRequest):
            os.environ.update(request.environment)
            return _tried(lambda: measure_pace(request.job))
        if isinstance(request, RefitRequest):
            return _tried(lambda: refit(request.job, request.data, request.calibration))
        self._leave()
        if isinstance(request, BeginTrial):
            os.environ.update(request.environment)
            self._data = request.data or self._data
            if self._data is None:
                return ValueError("the first trial must come with its data")
            self._reports = run_trial(request.job, self._data)
        return None

    def _next(self) -> TrialReport | BaseException:
        try:
            return next(self._reports)
        except (CheckpointError, MemoryError, StopIteration) as error:
            return error

    def _leave(self) -> None:
        if isinstance(self._reports, Generator):
            self._reports.close()
        self._reports = iter(())


def _scored(request: ScoreRequest) -> ModelScores | BaseException:
    torch.set_num_threads(request.threads)
    try:
        return score(request.folder, request.split)
    except Exception as error:  # the client raises it
        if is_out_of_memory(error):
            return WorkspaceError(
                f"the model in {str(request.folder)!r} must fit into this machine's memory to be scored, but does not: "
                f"{error}; nothing of the study is lost: free some memory, and resume it (automl resume)"
            )
        error.add_note(f"Traceback of the scoring process:\n{format_exc()}")
        return error


def _tried(work: Callable[[], Result]) -> Result | BaseException:
    try:
        return work()
    except Exception as error:  # the client reports it
        return error


def serve(connection: Connection) -> None:
    """Send this process's id, then answer requests until the client closes the connection."""
    connection.send(os.getpid())
    trials = RequestLoop()
    while True:
        try:
            request = connection.recv()
        except EOFError:
            return
        connection.send(trials.answer(request))
