"""What a fork does: it runs one trial after another for its Ray worker."""

import os
from collections.abc import Generator, Iterator
from multiprocessing.connection import Connection

from automl.worker.messages import Begin, Next, Request
from trials.data.dataset import TrialData
from trials.errors import CheckpointError
from trials.record import TrialReport
from trials.run import run_trial


class Trials:
    """The trial at hand, and the data that it reads."""

    def __init__(self) -> None:
        self._data: TrialData | None = None
        self._reports: Iterator[TrialReport] = iter(())

    def answer(self, request: Request) -> TrialReport | BaseException | None:
        """Does what is asked for."""
        if isinstance(request, Next):
            return self._next()
        self._leave()
        if isinstance(request, Begin):
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


def serve(connection: Connection) -> None:
    """Answers until nobody asks any more. The first word is this process's id."""
    connection.send(os.getpid())
    trials = Trials()
    while True:
        try:
            request = connection.recv()
        except EOFError:
            return
        connection.send(trials.answer(request))
