"""The request loop of a fork: it runs one trial after another for its Ray worker, or scores models for the driver."""

import os
from collections.abc import Callable, Generator, Iterator
from multiprocessing.connection import Connection
from traceback import format_exc
from typing import TypeAlias, TypeVar

from automl.core import WorkspaceError
from automl.export import ModelScores, score
from automl.report import Reference, reference_of
from automl.worker.messages import (
    BaselineRequest,
    BeginTrials,
    ChangePack,
    CostsRequest,
    LeaveTrials,
    NextReports,
    OneRequest,
    PaceRequest,
    RefitRequest,
    Request,
    ScoreRequest,
)
from trials.classifiers import measure
from trials.data import EncodedDataset, TrialData
from trials.errors import CheckpointError
from trials.hardware import is_out_of_memory, set_up_process
from trials.probe import KeptFeatures
from trials.protocol import MeasuredPace, MemberReport, TrialReport, WorkerReports
from trials.run import run_trial
from trials.workflows import PackRun, measure_pace, refit

Result = TypeVar("Result")

Answer: TypeAlias = (
    WorkerReports | ModelScores | dict[str, MeasuredPace] | dict[str, float] | Reference | BaseException | None
)


class RequestLoop:
    """State of a fork: the current trial or pack, and its data."""

    def __init__(self) -> None:
        self._data: TrialData | None = None
        self._number = 0
        self._reports: Iterator[TrialReport] = iter(())
        self._pack: PackRun | None = None
        self._features = KeptFeatures()

    def answer(self, request: Request) -> Answer:
        """Carry out a request, and return its answer; exceptions are returned, not raised."""
        match request:
            case NextReports():
                return self._next()
            case ChangePack():
                return self._change(request)
            case BeginTrials() | LeaveTrials():
                self._leave()
                return self._begin(request) if isinstance(request, BeginTrials) else None
            case ScoreRequest():
                with self._features.in_use():
                    return _scored(request)
            case PaceRequest() | RefitRequest() | CostsRequest() | BaselineRequest():
                return _tried(lambda: _once(request))

    def _begin(self, request: BeginTrials) -> BaseException | None:
        os.environ.update(request.environment)
        self._data = request.data or self._data
        if self._data is None:
            return ValueError("the first trial must come with its data")
        if request.places == 1:
            (job,) = request.jobs
            self._number, self._reports = job.number, run_trial(job, self._data)
            return None
        if not isinstance(self._data, EncodedDataset):
            return TypeError(f"a pack is not trained on a {type(self._data).__name__}")
        jobs, data, places = request.jobs, self._data, request.places
        made = _tried(lambda: PackRun(jobs, data, places))
        if isinstance(made, BaseException):
            return made
        self._pack = made
        return None

    def _next(self) -> WorkerReports | BaseException:
        try:
            if self._pack is not None:
                return self._pack.next_reports()
            return WorkerReports((MemberReport(self._number, next(self._reports)),))
        except (CheckpointError, MemoryError, StopIteration) as error:
            return error

    def _change(self, request: ChangePack) -> BaseException | None:
        if self._pack is None:
            return RuntimeError("a pack must run before its members change")
        self._pack.change(request.left, request.joined, request.places)
        return None

    def _leave(self) -> None:
        if isinstance(self._reports, Generator):
            self._reports.close()
        if self._pack is not None:
            self._pack.close()
        self._reports, self._pack = iter(()), None


def _scored(request: ScoreRequest) -> ModelScores | BaseException:
    set_up_process(request.threads)
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


def _once(request: OneRequest) -> dict[str, MeasuredPace] | dict[str, float] | Reference | None:
    """Carry out the only request of a process."""
    match request:
        case PaceRequest(job, environment):
            os.environ.update(environment)
            return measure_pace(job)
        case RefitRequest(trial, data, calibration):
            refit(trial, data, calibration)
            return None
        case CostsRequest(names, folder, texts, threads, environment):
            os.environ.update(environment)
            set_up_process(threads)
            return measure(names, folder, texts)
        case BaselineRequest(dataset, metric, folds, seed):
            return reference_of(dataset, metric, folds, seed)


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
