"""What a board with a run for each trial remembers of the events, and what it hands on."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from automl.core import Confirmation, Event, SearchStarted, TrialEnded, TrialEvaluated, TrialStarted
from automl.tracking.mlflow import evaluation_metrics
from search_spaces import Value


class TrialRuns(ABC):
    """A board that has a run for each trial; a subclass writes what is logged, and the ends."""

    def __init__(self) -> None:
        self._metric = ""
        self._params: dict[int, Mapping[str, Value]] = {}
        self._confirms: dict[int, Confirmation] = {}

    def write(self, event: Event) -> None:
        """Record one `event`."""
        match event:
            case SearchStarted():
                self._metric = event.goals.first.name
            case TrialStarted():
                self._params[event.number] = event.params
                if event.confirms is not None:
                    self._confirms[event.number] = event.confirms
            case TrialEvaluated():
                self._log(event.number, evaluation_metrics(event.evaluation, self._shown_best(event.number)))
            case TrialEnded():
                self._end(event)

    @abstractmethod
    def close(self) -> None:
        """Write what is in memory, and end all runs."""

    @abstractmethod
    def _log(self, number: int, metrics: Mapping[tuple[str, int], float]) -> None:
        """Write metrics of a trial, by name and training examples seen."""

    @abstractmethod
    def _end(self, event: TrialEnded) -> None:
        """Write the end of a trial."""

    def _shown_best(self, number: int) -> str | None:
        """Return the metric whose best value is shown; None for a trial that confirms another, which cannot win."""
        return None if number in self._confirms else self._metric

    def _best(self, event: TrialEnded) -> dict[str, float]:
        """Return the best value of a trial that has ended, by the name under which it is shown; empty without one."""
        if event.best is None or self._shown_best(event.number) not in event.best.metrics:
            return {}
        return {f"best/{self._metric}": event.best.metrics[self._metric]}
