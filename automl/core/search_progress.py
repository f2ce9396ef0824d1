"""The state of a running search, from its events or from the study, for the live view and the plain lines."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from automl.core.events import (
    BestEvaluation,
    Event,
    SearchEnded,
    SearchStarted,
    StopReason,
    StudyHistory,
    TrialEnded,
    TrialEvaluated,
    TrialStarted,
    TrialTaken,
)
from automl.core.records import StudyRecord
from automl.core.trial_states import keeps_model
from search_spaces import Value
from trials.protocol import Evaluation, TrialEnd

CONSTANT = "is no better than a constant"
"""What a user reads of a trial that is no better than a constant."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class TrialProgress:
    """A running trial.

    Attributes:
        number: number of the trial.
        params: parameters by name.
        fraction: share of the budget that was spent at the last evaluation, from 0 to 1.
        value: the study's first objective at that evaluation; None before the first.
        is_constant: whether the model was no better than a constant then.
        confirms: number of the trial whose point it trains again; None if the search proposed it.
        sample_rows: training rows of the sample that the model was fitted to then; None if it was no such model.
    """

    number: int
    params: Mapping[str, Value]
    fraction: float = 0.0
    value: float | None = None
    is_constant: bool = False
    confirms: int | None = None
    sample_rows: int | None = None


@dataclass(frozen=True)
class SearchProgress:
    """The state of a search. It is immutable: `after` returns the next state.

    Attributes:
        search: the start event; None before it.
        running: running trials, by number.
        candidates: the best evaluation of each trial that may still win, by number.
        ends: number of ended trials, by the kind of end, without those that confirm others.
        reason: why the search ended; None while it runs.
    """

    search: SearchStarted | None = None
    running: Mapping[int, TrialProgress] = field(default_factory=dict)
    candidates: Mapping[int, BestEvaluation] = field(default_factory=dict)
    ends: Mapping[TrialEnd, int] = field(default_factory=dict)
    reason: StopReason | None = None

    @property
    def best(self) -> BestEvaluation | None:
        """The best candidate; None before the first evaluation. The earlier trial wins a tie."""
        if self.search is None or not self.candidates:
            return None
        sign = 1 if self.search.goals.first.maximize else -1
        return max(self.candidates.values(), key=lambda best: (sign * best.value, -best.number))

    @property
    def metric(self) -> str:
        """Name of the first objective; `value` before the search has started."""
        return self.search.goals.first.name if self.search else "value"

    @property
    def ended(self) -> int:
        """Number of ended trials, without preempted ones, which run again."""
        return sum(count for end, count in self.ends.items() if end is not TrialEnd.PREEMPTED)

    def after(self, event: Event) -> "SearchProgress":
        """Return the state after `event`."""
        match event:
            case SearchStarted():
                started = SearchProgress(search=event)
                return started if event.history is None else started.knowing(event.history)
            case TrialStarted(number, params):
                confirms = None if event.confirms is None else event.confirms.trial
                return replace(self, running={**self.running, number: TrialProgress(number, params, confirms=confirms)})
            case TrialEvaluated():
                return self._after_evaluation(event)
            case TrialEnded():
                return self._after_end(event)
            case TrialTaken(number):
                return replace(self, running=_without(self.running, number))
            case SearchEnded(reason):
                return replace(self, reason=reason)

    def knowing(self, history: StudyHistory) -> "SearchProgress":
        """Return the state with the ends and candidates of `history`, as recorded in the study."""
        candidates = {best.number: best for best in history.candidates}
        return replace(self, candidates=candidates, ends=history.ends)

    def _after_end(self, event: TrialEnded) -> "SearchProgress":
        number, end = event.number, event.end
        left = replace(self, running=_without(self.running, number))
        if number in self.running and self.running[number].confirms is not None:
            return left
        return replace(
            left,
            candidates=self.candidates if keeps_model(number, end) else _without(self.candidates, number),
            ends={**self.ends, end: self.ends.get(end, 0) + 1},
        )

    def _after_evaluation(self, event: TrialEvaluated) -> "SearchProgress":
        evaluation = event.evaluation
        trial = self.running.get(event.number, TrialProgress(event.number, {}))
        trial = replace(
            trial,
            fraction=evaluation.fraction,
            value=event.value,
            is_constant=evaluation.is_constant,
            sample_rows=evaluation.sample_rows,
        )
        evaluated = replace(self, running={**self.running, event.number: trial})
        if not evaluation.is_best or trial.confirms is not None:
            return evaluated  # the checkpoint keeps an earlier model, or is none that may win
        if self.search is not None and self.search.goals.broken(evaluation.metrics):
            return replace(evaluated, candidates=_without(self.candidates, event.number))
        best = _best(event.number, event.value, evaluation, trial.params)
        return replace(evaluated, candidates={**self.candidates, event.number: best})


def _best(number: int, value: float, evaluation: Evaluation, params: Mapping[str, Value]) -> BestEvaluation:
    return BestEvaluation(number, value, evaluation.fraction, params, evaluation.sample_rows)


def _without(items: Mapping[int, Item], number: int) -> dict[int, Item]:
    return {key: item for key, item in items.items() if key != number}


def earlier_trials(study: StudyRecord) -> StudyHistory:
    """Return the ends and the candidates of the trials of `study`, before a search resumes it.

    Preempted trials are not counted. Candidates are trials whose model is kept and satisfies all constraints.
    """
    ended = Counter(trial.end for trial in study.proposed)
    ends: dict[TrialEnd, int] = {end: ended[end] for end in TrialEnd if ended[end] and end is not TrialEnd.PREEMPTED}
    candidates = [
        _best(trial.number, trial.best.metrics[study.goals.first.name], trial.best, trial.params)
        for trial in study.proposed
        if trial.best is not None
        and study.goals.first.name in trial.best.metrics
        and keeps_model(trial.number, trial.end)
        and not study.goals.broken(trial.best.metrics)
    ]
    return StudyHistory(ends, tuple(candidates))
