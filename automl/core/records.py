"""What the database says about studies and trials, as plain frozen data for whoever shows or reports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from automl.core.objectives import Constraint, Goals, Objective, goals_of
from search_spaces import Value
from trials.data import DatasetTraits
from trials.protocol import Cost, Evaluation, TrialEnd


@dataclass(frozen=True)
class Lineage:
    """A trial's place in population-based training: which population of its algorithm it belongs to, from 0.

    One that `follows` a trial that was stopped inherits the training of its `parent`, up to `step` of the budget. The
    others began from nothing.
    """

    population: int
    follows: int | None = None
    parent: int | None = None
    step: int = 0


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
    lineage: Lineage | None = None

    @property
    def inherited(self) -> int:
        """The step up to which its training was its parent's; 0 if none, or if the parent's state was gone."""
        if self.lineage is None or not self.evaluations or self.evaluations[0].step <= self.lineage.step:
            return 0
        return self.lineage.step

    @property
    def best(self) -> Evaluation | None:
        """The evaluation whose model the checkpoint holds, or None before the first."""
        return next((evaluation for evaluation in reversed(self.evaluations) if evaluation.is_best), None)

    @property
    def folds(self) -> tuple[Evaluation, ...]:
        """The evaluations of single folds; none of a trial that is not cross-validated."""
        return tuple(evaluation for evaluation in self.evaluations if evaluation.fold is not None)

    @property
    def fraction(self) -> float:
        """Share of the full budget at the last evaluation, from 0 to 1."""
        return self.evaluations[-1].fraction if self.evaluations else 0.0


@dataclass(frozen=True)
class StudyRecord:
    """One study with its trials, in the order of their numbers. `metric` is maximized iff `maximize`.

    It is the first objective; `further` are the others. `uuid` tells the study from every other one that ever had its
    name; empty for a study that `automl` did not make. `traits` tell what its data are like; None for a study that was
    made before they were noted.
    """

    name: str
    metric: str
    maximize: bool
    created: datetime | None
    data_fingerprint: str
    trials: tuple[TrialRecord, ...]
    uuid: str = ""
    traits: DatasetTraits | None = None
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def folds(self) -> int:
        """Over how many folds its trials are cross-validated, once one has come to its end; else 0."""
        return max((len(trial.folds) for trial in self.trials if trial.best is not None), default=0)

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


@dataclass(frozen=True)
class RecommendedPoint:
    """A point that was good in the earlier study of that name."""

    study: str
    point: Mapping[str, Value]


@dataclass(frozen=True)
class NewStudy:
    """What a study is created with; all of it is needed to resume it without the experiment file.

    `metric` is the first objective, and `further` are the others. Where the budget of pretrained models is None, it is
    that of the others. `traits` tell what the data are like. `recommended` are points of earlier studies, in the order
    in which they are to be tried.
    """

    name: str
    metric: str
    maximize: bool
    experiment: str
    data_fingerprint: str
    budget_examples: int
    max_length: int
    pretrained_budget_examples: int | None = None
    traits: DatasetTraits | None = None
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    recommended: tuple[RecommendedPoint, ...] = ()

    @property
    def goals(self) -> Goals:
        """All that the study is to reach."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)
