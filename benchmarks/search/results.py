"""What the runs came to: events as they were told, and the measures made of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from benchmarks.search.journal import ENDED, EVALUATED, STARTED, Event

FILE = "results.json"

ENDS = ("completed", "pruned")
"""How a trial ends that has done what it was there for."""


@dataclass(frozen=True)
class Run:
    """One search of one contender. `events` lie within the `seconds`; `end` is how long the process took in all."""

    contender: str
    dataset: str
    seed: int
    seconds: float
    train_rows: int
    events: list[Event]
    test_accuracy: float | None
    end: float

    @property
    def first_result(self) -> float | None:
        """When the first evaluation was told, be it a look at a sample."""
        return self._first(lambda event: True)

    @property
    def first_score(self) -> float | None:
        """When the first evaluation on the whole validation split was told."""
        return self._first(lambda event: not event.look)

    @property
    def first_epoch(self) -> float | None:
        """When the first trial had seen the whole training split."""
        return self._first(lambda event: event.examples >= self.train_rows)

    def _first(self, counts: Callable[[Event], bool]) -> float | None:
        return next((event.seconds for event in self.events if event.event == EVALUATED and counts(event)), None)

    @property
    def best(self) -> float | None:
        """The best accuracy on the whole validation split."""
        return max((score for _, score in self.best_so_far), default=None)

    @property
    def best_so_far(self) -> list[tuple[float, float]]:
        """Each improvement, with its time."""
        steps: list[tuple[float, float]] = []
        for event in self.events:
            if event.event == EVALUATED and not event.look and (not steps or event.score > steps[-1][1]):
                steps.append((event.seconds, event.score))
        return steps

    def time_to(self, score: float) -> float | None:
        """When the best score was first at least `score`; None if never."""
        return next((seconds for seconds, reached in self.best_so_far if reached >= score), None)

    @property
    def epochs_so_far(self) -> list[tuple[float, float]]:
        """Training examples that were told of, over all trials, in passes over the training split, with the time."""
        seen: dict[str, int] = {}
        steps = []
        for event in self.events:
            if event.event == EVALUATED:
                seen[event.trial] = max(event.examples, seen.get(event.trial, 0))
                steps.append((event.seconds, sum(seen.values()) / self.train_rows))
        return steps

    @property
    def epochs(self) -> float:
        """The last of them."""
        return self.epochs_so_far[-1][1] if self.epochs_so_far else 0.0

    @property
    def ends_so_far(self) -> list[tuple[float, float]]:
        """Trials that were completed or stopped early, with the time."""
        times = [event.seconds for event in self.events if event.event == ENDED and event.how in ENDS]
        return [(seconds, count) for count, seconds in enumerate(times, start=1)]

    @property
    def started(self) -> int:
        """Trials that began."""
        return sum(event.event == STARTED for event in self.events)

    @property
    def ended(self) -> int:
        """Trials that were completed or stopped early."""
        return len(self.ends_so_far)

    @property
    def failed(self) -> int:
        """Trials that ended in any other way, and so gave nothing."""
        return sum(event.event == ENDED for event in self.events) - self.ended


@dataclass(frozen=True)
class Results:
    """All runs of one turn of the benchmark, and where and how they were run."""

    machine: str
    seconds: float
    epochs: int
    slots: int
    defaults_first: bool
    one_architecture: bool
    runs: list[Run]

    @property
    def datasets(self) -> list[str]:
        """In the order of their first runs."""
        return list(dict.fromkeys(run.dataset for run in self.runs))

    @property
    def contenders(self) -> list[str]:
        """In the order of their first runs."""
        return list(dict.fromkeys(run.contender for run in self.runs))

    @property
    def seeds(self) -> list[int]:
        """All seeds."""
        return sorted({run.seed for run in self.runs})

    def of(self, dataset: str, contender: str) -> list[Run]:
        """The runs of one contender on one data set."""
        return [run for run in self.runs if (run.dataset, run.contender) == (dataset, contender)]


def read_results(folder: Path) -> Results:
    """What a run of the benchmark wrote to `folder`."""
    plain = json.loads((folder / FILE).read_text())
    runs = [Run(**{**run, "events": [Event(**event) for event in run["events"]]}) for run in plain["runs"]]
    return Results(**{field.name: plain[field.name] for field in fields(Results) if field.name != "runs"}, runs=runs)
