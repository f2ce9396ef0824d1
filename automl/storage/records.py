"""What the database says about studies and trials, as plain frozen data for whoever shows or reports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from automl.goals import Constraint, Goals, Objective, goals_of
from search_spaces import Value
from trials.record import Cost, Evaluation, TrialEnd


@dataclass(frozen=True)
class TrialRecord:
    """One trial. `end` is None while it runs or waits; `state` is Optuna's own word for it, in capitals.

    `value` is the metric at the last evaluation, `best` the evaluation whose model is in the checkpoint.
    """

    number: int
    state: str
    end: TrialEnd | None
    value: float | None
    params: Mapping[str, Value]
    evaluations: tuple[Evaluation, ...]
    cost: Cost | None
    cause: str
    started: datetime | None
    ended: datetime | None

    @property
    def best(self) -> Evaluation | None:
        """The evaluation whose model the checkpoint holds, or None before the first."""
        return next((evaluation for evaluation in reversed(self.evaluations) if evaluation.is_best), None)

    @property
    def fraction(self) -> float:
        """Share of the full budget at the last evaluation, from 0 to 1."""
        return self.evaluations[-1].fraction if self.evaluations else 0.0


@dataclass(frozen=True)
class StudyRecord:
    """One study with its trials, in the order of their numbers. `metric` is maximized iff `maximize`.

    It is the first objective; `further` are the others. `uuid` tells the study from every other one that ever had its
    name; empty for a study that `automl` did not make.
    """

    name: str
    metric: str
    maximize: bool
    created: datetime | None
    data_fingerprint: str
    trials: tuple[TrialRecord, ...]
    uuid: str = ""
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def goals(self) -> Goals:
        """All that the study is to reach."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)


@dataclass(frozen=True)
class DriverRecord:
    """One driver of a study that has not ended in good order. `trials` are the numbers of those that it runs.

    `alive` is False if it surely is dead, and None while that cannot be told: it is on another machine, and has not
    been watched for long enough. `started` is in local time.
    """

    id: str
    ordinal: int
    host: str
    pid: int
    workspace: Path
    started: datetime
    stop_requested: bool
    alive: bool | None
    trials: tuple[int, ...]
