"""A bounded queue of events for MLflow; the database can replace the trial events that it drops."""

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from automl.core import Event, SearchProgress, SearchStarted, TrialEnded, TrialEvaluated, TrialStarted, TrialTaken
from automl.selection import Winner


@dataclass(frozen=True)
class WinnerChosen:
    """Event: the winner was chosen; `files` are attached to the run of the search, `note` is its description."""

    winner: Winner
    files: tuple[Path, ...]
    note: str = ""


@dataclass(frozen=True)
class FileWritten:
    """Event: a file was written that is attached to the run of the search."""

    path: Path


@dataclass(frozen=True)
class Registration:
    """A name in MLflow's Model Registry, and the alias that points to the newest version."""

    name: str
    alias: str = "champion"


@dataclass(frozen=True)
class ModelHandedOver:
    """Event: the winner's model lies complete in `folder`; it is logged as an MLflow model, and registered if asked."""

    folder: Path
    registration: Registration | None = None


@dataclass(frozen=True)
class CatchUp:
    """Event: trial events were dropped, and must be written from the database; `progress` is the search's state."""

    progress: SearchProgress


QueuedEvent: TypeAlias = Event | WinnerChosen | ModelHandedOver | FileWritten | CatchUp


@dataclass(frozen=True)
class Message:
    """One entry of the queue.

    Attributes:
        event: the event to write.
        at: its time, in milliseconds since 1970.
        pieces: number of events that the message replaces.
    """

    event: QueuedEvent
    at: int
    pieces: int = 1


class EventQueue:
    """A queue between threads. If it is longer than `limit`, events that the database also has are dropped.

    Args:
        limit: number of waiting messages above which events are dropped; None: no event is ever dropped.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._messages: deque[Message] = deque()
        self._changed = threading.Condition()
        self._progress = SearchProgress()
        self._closed = False

    def put(self, message: Message) -> None:
        """Append a message; return at once."""
        with self._changed:
            if not isinstance(message.event, WinnerChosen | ModelHandedOver | FileWritten | CatchUp):
                self._progress = self._progress.after(message.event)
            self._messages.append(message)
            if self._limit is not None and len(self._messages) > self._limit:
                self._condense(message.at)
            self._changed.notify()

    def take(self) -> Message | None:
        """Wait for the next message; return None when the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._closed)
            return self._messages.popleft() if self._messages else None

    def close(self) -> None:
        """Declare that no more messages will follow."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _condense(self, at: int) -> None:
        """Drop events that the database has, except the starts of running trials, so that each of these has a run."""
        before: list[Message] = []
        after: list[Message] = []
        dropped = 0
        for message in self._messages:
            match message.event:
                case SearchStarted() | TrialTaken():
                    before.append(message)
                case TrialStarted(number) if number in self._progress.running:
                    before.append(message)
                case TrialStarted() | TrialEvaluated() | TrialEnded() | CatchUp():
                    dropped += message.pieces
                case _:
                    after.append(message)
        self._messages = deque([*before, Message(CatchUp(self._progress), at, dropped), *after])
