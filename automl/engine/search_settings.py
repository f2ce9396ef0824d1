"""What bounds a search."""

from dataclasses import dataclass
from pathlib import Path

from automl.core import Budgets, Constraint, Goals, Objective, goals_of, objective_of
from trials.protocol import Folds


@dataclass(frozen=True)
class SearchSettings:
    """What bounds a search. `deadline` is in `time.monotonic()` seconds; `trials` counts all trials of the study.

    A trial is evaluated as often as pays beside its training, with `validation_rows` to look at; with `folds` it is
    cross-validated instead. What several trials need is kept in `cache`. The search ends when the next trials promise
    less than `least_gain` of the metric. Beside the metric there may be `further` objectives, and constraints.
    """

    metric: str
    budgets: Budgets
    validation_rows: int
    trials: int | None
    deadline: float | None
    seed: int
    precision: str
    threads: int
    cache: Path | None = None
    least_gain: float | None = None
    folds: Folds | None = None
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def goals(self) -> Goals:
        """What the search is to reach."""
        return goals_of(self.metric, objective_of(self.metric).maximize, self.further, self.constraints)
