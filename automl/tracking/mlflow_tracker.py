"""Records a search in MLflow without ever holding it up: a queue, and one thread that alone talks to MLflow."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from automl.search.events import Event, SearchEnded, SearchStarted, StopReason, TrialStarted
from automl.tracking.mlflow_names import is_server, runs_address
from automl.tracking.mlflow_quiet import quieten_mlflow
from automl.tracking.mlflow_view import VIEW_KEY
from automl.winner.winner import Winner

if TYPE_CHECKING:
    from automl.tracking.mlflow_writer import MlflowWriter

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4.0
"""Seconds between two tries while MLflow does not answer; each pause is twice the last."""

REJECTIONS = frozenset({"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"})
"""MLflow's answers that a second try would not change: what was sent is dropped, the rest goes on."""


@dataclass(frozen=True)
class _WinnerNews:
    winner: Winner
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Message:
    """What is to be written, and when it happened, in milliseconds since 1970."""

    news: Event | _WinnerNews
    at: int


Warn: TypeAlias = Callable[[str], None]


class MlflowTracker:
    """A `Listener` that records a search; also a context manager, which closes it.

    A store that does not answer is told once through `warn`; the news waits in the queue and is sent again.
    """

    def __init__(
        self,
        uri: str,
        artifact_root: Path | None,
        study: str,
        search_name: str | None = None,
        warn: Warn | None = None,
    ) -> None:
        """Opens nothing yet: the first result, or the end of the search, starts the thread.

        Args:
            uri: a database (`sqlite:///...`) or a tracking server (`http://...`).
            artifact_root: the folder for plots and cards; None, or a server, means: where the server keeps them.
            study: names the experiment.
            search_name: names the parent run; by default it tells when the search began.
            warn: takes a sentence for the user, and is called from the thread; by default the log takes it.
        """
        self._uri = uri
        self._artifact_root = None if is_server(uri) else artifact_root
        self._study = study
        self._search_name = search_name or time.strftime("search %Y-%m-%d %H:%M:%S")
        self._warn = warn or logging.getLogger(__name__).warning
        self._queue: queue.Queue[_Message | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="mlflow-tracker", daemon=True)
        self._given_up = threading.Event()
        self._writer: MlflowWriter | None = None
        self._search_open = False
        self._accepted = 0
        self._written = 0
        self._warned = False

    def notice(self, event: Event) -> None:
        """Puts `event` into the queue."""
        if isinstance(event, SearchStarted | SearchEnded):
            self._search_open = isinstance(event, SearchStarted)
        self._put(event)

    def log_winner(self, winner: Winner, files: Sequence[Path]) -> None:
        """Attaches the winner's test scores, its plots and `files` to the search's run; returns at once."""
        self._put(_WinnerNews(winner, tuple(files)))

    def close(self, timeout: float = 60.0) -> int:
        """Waits until all is written, at most `timeout` seconds, and says how many pieces of news were not delivered.

        A search that never said that it ended is recorded as interrupted.
        """
        if self._given_up.is_set():
            return self._accepted - self._written
        if self._search_open:
            self.notice(SearchEnded(StopReason.INTERRUPTED))
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join(timeout)
        self._given_up.set()
        lost = self._accepted - self._written
        if lost:
            self._warn(
                f"MLflow at {self._uri} did not record {lost} of {self._accepted} pieces of news of this search."
            )
        return lost

    def address(self) -> str | None:
        """The page with the study's runs on a tracking server; None for a local store, or before the first event."""
        experiment_id = self._writer.experiment_id if self._writer else None
        return runs_address(self._uri, experiment_id, VIEW_KEY) if is_server(self._uri) and experiment_id else None

    @property
    def run_ids(self) -> Mapping[int, str]:
        """MLflow's run ids by trial number, as far as they are written."""
        return dict(self._writer.trial_runs) if self._writer else {}

    @property
    def search_run_id(self) -> str | None:
        """MLflow's id of the parent run, once it is written."""
        return self._writer.search_run if self._writer else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, news: Event | _WinnerNews) -> None:
        self._accepted += 1
        self._queue.put(_Message(news, int(time.time() * 1000)))
        # Until the first result the workers need every core to import torch, and there is nothing to look at yet.
        if self._thread.ident is None and not isinstance(news, SearchStarted | TrialStarted):
            self._thread.start()

    def _work(self) -> None:
        while (message := self._queue.get()) is not None:
            if not self._handled(message):
                return

    def _handled(self, message: _Message) -> bool:
        """True once `message` is written or refused, False when nobody waits for it any more."""
        for pause in _pauses():
            try:
                self._write(message)
                self._written += 1
                return True
            except Exception as error:
                if _is_rejection(error):
                    self._warn_once(f"MLflow did not take {_what(message)}: {_one_line(error)} The search goes on.")
                    return True
                self._warn_once(
                    f"MLflow at {self._uri} does not answer: {_one_line(error)} "
                    "The search goes on; what is to be recorded waits and is sent again."
                )
            if self._given_up.wait(pause):
                return False
        return False

    def _write(self, message: _Message) -> None:
        writer = self._writer or self._opened()
        if isinstance(message.news, _WinnerNews):
            writer.write_winner(message.news.winner, message.news.files, message.at)
        else:
            writer.write(message.news, message.at)

    def _opened(self) -> "MlflowWriter":
        quieten_mlflow()
        # In this thread and as late as this, because MLflow takes 1.5 s to import, and a new database 2 s to make.
        from mlflow import MlflowClient  # noqa: PLC0415

        from automl.tracking.mlflow_database import make_database  # noqa: PLC0415
        from automl.tracking.mlflow_writer import MlflowWriter  # noqa: PLC0415

        make_database(self._uri)
        self._writer = MlflowWriter(MlflowClient(self._uri), self._artifact_root, self._study, self._search_name)
        return self._writer

    def _warn_once(self, sentence: str) -> None:
        if not self._warned:
            self._warned = True
            self._warn(sentence)


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


def _is_rejection(error: Exception) -> bool:
    return getattr(error, "error_code", None) in REJECTIONS or isinstance(error, LookupError | TypeError | ValueError)


def _what(message: _Message) -> str:
    return "the winner" if isinstance(message.news, _WinnerNews) else type(message.news).__name__


def _one_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{lines[0][:300]}." if lines else f"{type(error).__name__}."
