"""News that waits for MLflow: a queue that does not grow without bound, since the database has everything anyway."""

import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from automl.core import Event, SearchProgress, SearchStarted, TrialEnded, TrialEvaluated, TrialStarted, TrialTaken
from automl.selection import Winner


@dataclass(frozen=True)
class WinnerChosen:
    """The winner, with files to attach."""

    winner: Winner
    files: tuple[Path, ...]


@dataclass(frozen=True)
class CatchUp:
    """News of trials was dropped: write what the database says about them. The search stands at `progress`."""

    progress: SearchProgress


News: TypeAlias = Event | WinnerChosen | CatchUp


@dataclass(frozen=True)
class Message:
    """What is to be written, and when it happened, in milliseconds since 1970. It stands for `pieces` of news."""

    news: News
    at: int
    pieces: int = 1


class EventQueue:
    """A queue between threads. Once more than `limit` messages wait, what the database has too is dropped.

    Without a `limit` nothing is ever dropped.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._messages: deque[Message] = deque()
        self._changed = threading.Condition()
        self._progress = SearchProgress()
        self._closed = False

    def put(self, message: Message) -> None:
        """Takes a message; returns at once."""
        with self._changed:
            if not isinstance(message.news, WinnerChosen | CatchUp):
                self._progress = self._progress.after(message.news)
            self._messages.append(message)
            if self._limit is not None and len(self._messages) > self._limit:
                self._condense(message.at)
            self._changed.notify()

    def take(self) -> Message | None:
        """The next message, as soon as there is one; None once the box is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._closed)
            return self._messages.popleft() if self._messages else None

    def close(self) -> None:
        """Says that nothing more will come."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _condense(self, at: int) -> None:
        """Keeps what the database does not have, and the starts of trials that still run, so that each has a run."""
        before: list[Message] = []
        after: list[Message] = []
        dropped = 0
        for message in self._messages:
            match message.news:
                case SearchStarted() | TrialTaken():
                    before.append(message)
                case TrialStarted(number) if number in self._progress.running:
                    before.append(message)
                case TrialStarted() | TrialEvaluated() | TrialEnded() | CatchUp():
                    dropped += message.pieces
                case _:
                    after.append(message)
        self._messages = deque([*before, Message(CatchUp(self._progress), at, dropped), *after])
