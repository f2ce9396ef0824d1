"""Records a search in MLflow without blocking it: events go into a queue, and one thread makes all calls to MLflow."""

import logging
import shlex
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from automl.core import (
    AutomlError,
    Event,
    SearchEnded,
    SearchStarted,
    StopReason,
    StudyRecord,
    TrialStarted,
    next_pause,
    one_line,
    without_password,
)
from automl.selection import Winner
from automl.tracking.mlflow.call_errors import CallError, call_error_of
from automl.tracking.mlflow.event_queue import (
    CatchUp,
    EventQueue,
    FileWritten,
    Message,
    ModelHandedOver,
    QueuedEvent,
    Registration,
    WinnerChosen,
)
from automl.tracking.mlflow.names import TrackedStudy, is_server
from automl.tracking.mlflow.quiet import quieten_mlflow

if TYPE_CHECKING:
    from automl.tracking.mlflow.writer import MlflowWriter

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0
"""Seconds between two attempts while MLflow does not answer; each pause is twice the last."""

MOST_WAITING = 10_000
"""Limit of messages in memory, about ten MB. Beyond it they are dropped, and later rebuilt from the database."""

CLOSE_SECONDS, UNANSWERED_CLOSE_SECONDS = 60.0, 10.0
"""Seconds that the end of a search waits for MLflow; fewer for a store that has never answered."""

Warn: TypeAlias = Callable[[str], None]

_NAMES = {WinnerChosen: "the winner", ModelHandedOver: "the winner's model", FileWritten: "the report"}
"""Names of events for the user; others are named by their class."""

_log = logging.getLogger(__name__)


class MlflowTracker:
    """A `Listener` that records a search in MLflow; as a context manager it closes itself at the end.

    If the store does not answer, `warn` is called once, and the events wait in the queue until a retry succeeds.
    """

    def __init__(
        self,
        uri: str,
        artifact_root: Path | None,
        tracked: TrackedStudy,
        history: Callable[[], StudyRecord] | None = None,
        live: Callable[[], frozenset[str]] = frozenset,
        warn: Warn = _log.warning,
    ) -> None:
        """Create the tracker without opening the store: the first result, or the end of the search, starts the thread.

        Args:
            uri: a database (`sqlite:///...`) or a tracking server (`http://...`).
            artifact_root: the folder for plots and cards; if None, or if `uri` names a server, MLflow chooses it.
            tracked: the study and the driver whose events are recorded.
            history: reads the study from the database. MLflow is repaired from it at the start, at the end, and after
                events were dropped. If None, no event is ever dropped.
            live: returns the ids of all drivers that work on the study now.
            warn: receives a sentence for the user. `history`, `live` and `warn` are called from the thread.
        """
        self._uri = uri
        self._address = without_password(uri)
        self._artifact_root = None if is_server(uri) else artifact_root
        self._tracked = tracked
        self._history = history
        self._live = live
        self._warn = warn
        self._outbox = EventQueue(None if history is None else MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="mlflow-tracker", daemon=True)
        self._given_up = threading.Event()
        self._writer: MlflowWriter | None = None
        self._search_open = False
        self._model_waits = False
        self._accepted = 0
        self._written = 0
        self._warned: set[CallError] = set()

    def notice(self, event: Event) -> None:
        """Put `event` into the queue."""
        if isinstance(event, SearchStarted | SearchEnded):
            self._search_open = isinstance(event, SearchStarted)
        self._put(event)

    def log_winner(self, winner: Winner, files: Sequence[Path], note: str = "") -> None:
        """Enqueue the winner for the search's run; return at once.

        Args:
            winner: its test scores and plots are logged.
            files: files to attach as artifacts.
            note: description of the run, in Markdown.
        """
        self._put(WinnerChosen(winner, tuple(files), note))

    def log_file(self, path: Path) -> None:
        """Enqueue a file, for the search's run; return at once.

        Args:
            path: the file, which stays as it is until the tracker is closed.
        """
        self._put(FileWritten(path))

    def log_model(self, folder: Path, registration: Registration | None = None) -> None:
        """Enqueue the model that is handed over, for the search's run; return at once.

        Args:
            folder: the folder of the model, which is logged as an MLflow model.
            registration: the name under which the model is registered; None: it is not.
        """
        self._model_waits = True
        self._put(ModelHandedOver(folder, registration))

    def close(self, seconds: float = CLOSE_SECONDS) -> int:
        """Wait until all events are written, for at most `seconds`; return the number of events that were lost.

        A search without an end event is recorded as interrupted. Ctrl-C ends the waiting.
        """
        if self._given_up.is_set():
            return self._accepted - self._written
        if self._search_open:
            self.notice(SearchEnded(StopReason.INTERRUPTED))
        self._outbox.close()
        try:
            self._wait(seconds)
        finally:
            self._given_up.set()
            lost = self._accepted - self._written
            if lost:
                study = shlex.quote(self._tracked.study.name)
                self._warn(
                    f"MLflow at {self._address} did not record {lost} of {self._accepted} events of this search; "
                    f"`automl doctor {study} --fix` writes its trials from the database."
                )
            if self._model_waits:
                self._warn(
                    "The model is complete in its folder, but MLflow does not have it; `automl register` logs it."
                )
        return lost

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put(self, event: QueuedEvent) -> None:
        self._accepted += 1
        self._outbox.put(Message(event, int(time.time() * 1000)))
        # Until the first result, the workers need every core to import torch, and there is nothing to show yet.
        if self._thread.ident is None and not isinstance(event, SearchStarted | TrialStarted):
            self._thread.start()

    def _wait(self, seconds: float) -> None:
        began = time.monotonic()
        while self._thread.is_alive():
            never_answered = CallError.AWAY in self._warned and not self._written
            left = began + (min(seconds, UNANSWERED_CLOSE_SECONDS) if never_answered else seconds) - time.monotonic()
            if left <= 0:
                return
            self._thread.join(min(left, 0.1))

    def _work(self) -> None:
        while (message := self._outbox.take()) is not None:
            if not self._handled(message):
                return

    def _handled(self, message: Message) -> bool:
        """Write `message`, with retries; return False if `close` gave up before it was written or dropped."""
        pause = 0.0
        while True:
            pause = next_pause(pause, FIRST_PAUSE, LONGEST_PAUSE)
            try:
                self._write(message)
            except Exception as error:
                fault = call_error_of(error)
                self._report(fault, message, error)
                if fault != CallError.AWAY:
                    return True
                if self._given_up.wait(pause):
                    return False
            else:
                self._written += message.pieces
                return True

    def _write(self, message: Message) -> None:
        writer = self._writer or self._opened()
        match message.event:
            case WinnerChosen(winner, files, note):
                writer.write_winner(winner, files, message.at, note)
            case FileWritten(path):
                writer.write_file(path)
            case ModelHandedOver(folder, registration):
                writer.write_model(folder, registration, message.at)
                self._model_waits = False
            case CatchUp(progress):
                self._catch_up(writer)
                writer.go_on(progress, message.at)
            case SearchStarted():
                writer.write(message.event, message.at)
                self._catch_up(writer)
            case SearchEnded(reason):
                writer.write(message.event, message.at)
                if reason != StopReason.FAILED:  # the database itself may be what failed
                    self._catch_up(writer)
            case event:
                writer.write(event, message.at)

    def _catch_up(self, writer: "MlflowWriter") -> None:
        if self._history is not None:
            before = self._live()
            writer.catch_up(self._history(), lambda: before | self._live())

    def _opened(self) -> "MlflowWriter":
        quieten_mlflow()
        # Imported here, in the thread: MLflow takes 1.5 s to import, and a new database takes 2 s to create.
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow.sqlite_database import make_database  # noqa: PLC0415
        from automl.tracking.mlflow.writer import MlflowWriter  # noqa: PLC0415

        make_database(self._uri)
        self._writer = MlflowWriter(MlflowClient(self._uri), self._artifact_root, self._tracked)
        return self._writer

    def _report(self, fault: CallError, message: Message, error: Exception) -> None:
        """Report the failure to the user, once for each kind."""
        if fault in self._warned:
            return
        self._warned.add(fault)
        what = _NAMES.get(type(message.event), type(message.event).__name__)
        match fault:
            case CallError.AWAY if isinstance(error, AutomlError):
                self._warn(f"Records for MLflow wait in a queue: {one_line(error)}.")
            case CallError.AWAY:
                self._warn(
                    f"MLflow at {self._address} does not answer: {one_line(error)}. "
                    "The search continues; records wait in a queue and are sent later."
                )
            case CallError.REFUSED:
                self._warn(f"MLflow rejected {what}: {one_line(error)}. The search continues.")
            case CallError.BUG:
                _log.error(without_password("".join(traceback.format_exception(error))))
                self._warn(
                    f"{what} was not recorded in MLflow because of a bug: {one_line(error)}. The search continues."
                )
