"""What a contender tells: one JSON line an event, appended by whichever of its processes knows."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.search.task import Task

FILE = "events.jsonl"

SCORE_DIGITS = 4
"""Scores are noted as our command prints them, so that equal ones are equal."""

STARTED, EVALUATED, ENDED, WINNER = "started", "evaluated", "ended", "winner"


@dataclass(frozen=True)
class Event:
    """One piece of news, `seconds` after the contender's process was started.

    An evaluation has the training `examples` that its trial has seen, and the validation accuracy; a `look` saw a
    sample of the validation split only. An end says `how`. `model` is the folder of the model that is best or has won.
    """

    event: str
    trial: str
    seconds: float
    examples: int = 0
    score: float = 0.0
    look: bool = False
    how: str = ""
    model: str = ""


class Journal:
    """Writes the events of one task."""

    def __init__(self, task: Task) -> None:
        self._path = task.folder / FILE

    def tell(self, event: Event) -> None:
        """Appends one line, at once and whole, so that processes may write side by side."""
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(event)) + "\n")


def read_events(folder: Path) -> list[Event]:
    """All events of the task in `folder`, in the order of time."""
    path = folder / FILE
    lines = path.read_text().splitlines() if path.exists() else []
    return sorted((Event(**json.loads(line)) for line in lines), key=lambda event: event.seconds)
