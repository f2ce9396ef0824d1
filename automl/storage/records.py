"""What the database says about studies and trials, as plain frozen data for whoever shows or reports it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
    """One study with its trials, in the order of their numbers. `metric` is maximized iff `maximize`."""

    name: str
    metric: str
    maximize: bool
    created: datetime | None
    data_fingerprint: str
    trials: tuple[TrialRecord, ...]
