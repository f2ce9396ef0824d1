"""The winner of a study, as plain frozen data for whoever reports or exports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automl.core import Constraint, Goals, Objective, TrialRecord, goals_of
from automl.selection.pareto_front import ParetoTrial
from automl.selection.pbt_schedule import PbtSegment


@dataclass(frozen=True)
class Scores:
    """Every metric of one model, on the split that chose it and on the split that nothing ever saw.

    Where it was cross-validated, `validation` are means over folds, and `deviations` their standard deviations.
    """

    validation: Mapping[str, float]
    test: Mapping[str, float]
    deviations: Mapping[str, float] | None = None

    def deviation(self, metric: str) -> float | None:
        """The standard deviation of a metric from fold to fold; None where there are no folds."""
        return None if self.deviations is None else self.deviations.get(metric)


@dataclass(frozen=True)
class Winner:
    """The best trial, with its model in `folder`. `default` is trial 0, None if that gave no model.

    `metric` is the first objective, `further` are the others; `front` is the study's Pareto front.

    `confusion` counts test rows: `confusion[true][predicted]`, shape (classes, classes). A model of population-based
    training that goes back to several trials has a `schedule`.
    """

    study: str
    metric: str
    maximize: bool
    trial: TrialRecord
    scores: Scores
    default: Scores | None
    baseline: Scores
    label_names: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    data_fingerprint: str
    folder: Path
    schedule: tuple[PbtSegment, ...] = ()
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    front: tuple[ParetoTrial, ...] = ()

    @property
    def goals(self) -> Goals:
        """What the study was to reach."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)
