"""The news of a search, in the order in which it happens. The driver tells each `Listener`; no listener answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from automl.core.objectives import Constraint, Goals, Objective, goals_of
from automl.core.records import Lineage
from search_spaces import Value
from trials.protocol import Cost, Evaluation, TrialEnd


class StopReason(StrEnum):
    """Why a search ended."""

    TRIALS = "all trials done"
    GRID = "the grid is exhausted"
    TIME = "time budget spent"
    INTERRUPTED = "interrupted"
    PLATEAU = "further trials promise too little"
    REQUESTED = "stopped by `automl stop`"
    DISK = "a model could not be saved"
    CLUSTER = "Ray died"
    FAILED = "stopped by failures"


@dataclass(frozen=True)
class BestEvaluation:
    """The best evaluation of one trial, at a fraction of its budget."""

    number: int
    value: float
    fraction: float
    params: Mapping[str, Value]


@dataclass(frozen=True)
class StudyHistory:
    """What a study had before this search: how its trials ended for good, and the best of each that may still win."""

    ends: Mapping[TrialEnd, int]
    candidates: tuple[BestEvaluation, ...]


@dataclass(frozen=True)
class SearchStarted:
    """The search is about to place its first trial. Times are `time.monotonic()` seconds; addresses may be unknown.

    `trials` counts all trials of the study, those in `history` too. `metric` is the first objective, and `further` are
    the others.
    """

    study: str
    metric: str
    maximize: bool
    slots: int
    trials: int | None
    started: float
    deadline: float | None
    dashboard_url: str | None
    settings: Mapping[str, str]
    history: StudyHistory | None = None
    further: tuple[Objective, ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def goals(self) -> Goals:
        """What the search is to reach."""
        return goals_of(self.metric, self.maximize, self.further, self.constraints)


@dataclass(frozen=True)
class TrialStarted:
    """A trial was given to Ray; a resumed one keeps its number. One with a `lineage` is of a population."""

    number: int
    params: Mapping[str, Value]
    resumed: bool
    lineage: Lineage | None = None


@dataclass(frozen=True)
class TrialEvaluated:
    """A trial looked at the validation split; `value` is the study's metric."""

    number: int
    evaluation: Evaluation
    value: float


@dataclass(frozen=True)
class TrialEnded:
    """A trial ended, for one reason. `value` is the metric at its last evaluation, if it had one."""

    number: int
    end: TrialEnd
    value: float | None
    best: Evaluation | None
    cost: Cost | None
    cause: str


@dataclass(frozen=True)
class TrialTaken:
    """Another driver has taken a trial over, as this one was silent for too long. Whatever comes of it is its news."""

    number: int


@dataclass(frozen=True)
class SearchEnded:
    """No trial runs any more."""

    reason: StopReason


Event: TypeAlias = SearchStarted | TrialStarted | TrialEvaluated | TrialEnded | TrialTaken | SearchEnded


class Listener(Protocol):
    """Whoever shows or records a search. `notice` must return at once and must not raise."""

    def notice(self, event: Event) -> None:
        """Takes one piece of news."""
        ...
