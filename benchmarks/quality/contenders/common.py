"""What each contender's script does first and last. It needs the standard library alone."""

import csv
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """What a contender is given.

    Attributes:
        train: CSV file with the columns `text` and `label`.
        test: CSV file with the column `text` alone.
        predictions: the file to write, with one label a line.
        folder: an empty folder for all other files.
        seconds: time from the start of the process to the predictions.
        metric: the score that decides, `accuracy` or `macro_f1`.
        checkpoint: folder of the pretrained encoder.
        threads: number of CPU threads.
        seed: seed of all random numbers.
        started: time of the start, in seconds since the epoch.
    """

    train: str
    test: str
    predictions: str
    folder: str
    seconds: float
    metric: str
    checkpoint: str
    threads: int
    seed: int
    started: float

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.started + self.seconds - time.time()


def read_task() -> Task:
    """Return the task that the command line names."""
    return Task(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))


def read_train(task: Task) -> tuple[list[str], list[str]]:
    """Return texts and labels."""
    with Path(task.train).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


def read_test(task: Task) -> list[str]:
    """Return the texts whose labels are to be predicted."""
    with Path(task.test).open(newline="", encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file)]


def write_predictions(task: Task, labels: Sequence[str]) -> None:
    """Write the predicted label of each text, in the order of the test file."""
    Path(task.predictions).write_text("".join(f"{label}\n" for label in labels), encoding="utf-8")
