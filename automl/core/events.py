"""The events of a search. The driver sends them to each `Listener` in the order in which they happen."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from automl.core.objectives import Goals
from automl.core.records import Confirmation, Lineage
from search_spaces import Value
from trials.protocol import Cost, Evaluation, TrialEnd


class StopReason(StrEnum):
    """Reason why a search ended; the value is its text for the user."""

    TRIALS = "all trials done"
    GRID = "the grid is exhausted"
    TIME = "time budget spent"
    INTERRUPTED = "interrupted"
    PLATEAU = "further trials are expected to gain too little"
    REQUESTED = "stopped by `automl stop`"
    DISK = "a model could not be saved"
    CLUSTER = "Ray died"
    FAILED = "stopped by failures"


@dataclass(frozen=True)
class BestEvaluation:
    """The best evaluation of one trial.

    Attributes:
        number: number of the trial.
        value: the study's first objective.
        fraction: share of the trial's budget that was spent, from 0 to 1.
        params: the trial's parameters, by name.
        sample_rows: training rows of the sample that the model was fitted to; None if it is no such model.
    """

    number: int
    value: float
    fraction: float
    params: Mapping[str, Value]
    sample_rows: int | None = None


@dataclass(frozen=True)
class StudyHistory:
    """State of a study before this search.

    Attributes:
        ends: number of ended trials by the kind of end, without preempted trials.
        candidates: the best evaluation of each trial that may still win.
    """

    ends: Mapping[TrialEnd, int]
    candidates: tuple[BestEvaluation, ...]


@dataclass(frozen=True)
class SearchStarted:
    """The search is about to start its first trial.

    Attributes:
        study: name of the study.
        goals: the objectives and constraints.
        slots: number of trials that run concurrently.
        trials: limit for all trials of the study, including those in `history`; None: no limit.
        started: start of the search, in `time.monotonic()` seconds.
        deadline: end of the time budget on the same clock; None: no time budget.
        dashboard_url: URL of Ray's dashboard; None if it is unknown.
        settings: settings of the search to record, by name.
        history: state of a study that is resumed.
    """

    study: str
    goals: Goals
    slots: int
    trials: int | None
    started: float
    deadline: float | None
    dashboard_url: str | None
    settings: Mapping[str, str]
    history: StudyHistory | None = None


@dataclass(frozen=True)
class TrialStarted:
    """A trial was submitted to Ray.

    Attributes:
        number: number of the trial; a resumed trial keeps its number.
        params: the trial's parameters, by name.
        resumed: whether the trial ran before.
        lineage: place in population-based training; None for a trial outside of a population.
        confirms: what it confirms; None for a trial that the search proposed.
    """

    number: int
    params: Mapping[str, Value]
    resumed: bool
    lineage: Lineage | None = None
    confirms: Confirmation | None = None


@dataclass(frozen=True)
class TrialEvaluated:
    """A trial was evaluated on the validation split; `value` is the study's first objective."""

    number: int
    evaluation: Evaluation
    value: float


@dataclass(frozen=True)
class TrialEnded:
    """A trial ended.

    Attributes:
        number: number of the trial.
        end: the kind of end.
        value: the study's first objective at the last evaluation; None without an evaluation.
        best: the evaluation whose model the checkpoint holds; None without an evaluation.
        cost: what the trial cost; None if it is unknown.
        cause: explanation for the user, such as a traceback; may be empty.
    """

    number: int
    end: TrialEnd
    value: float | None
    best: Evaluation | None
    cost: Cost | None
    cause: str


@dataclass(frozen=True)
class TrialTaken:
    """Another driver took over the trial, because this one sent no heartbeat for too long. No further events follow."""

    number: int


@dataclass(frozen=True)
class SearchEnded:
    """The search ended; no trial is running."""

    reason: StopReason


Event: TypeAlias = SearchStarted | TrialStarted | TrialEvaluated | TrialEnded | TrialTaken | SearchEnded


class Listener(Protocol):
    """Receives the events of a search, to show or record them. `notice` must return at once and must not raise."""

    def notice(self, event: Event) -> None:
        """Handle one `event`."""
        ...
