"""The one place where trials begin and end. Ray's searcher, scheduler and stopper only pass on what it decides."""

import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from traceback import format_exc

from optuna.study import Study
from optuna.trial import Trial, TrialState

from automl.search.asking import OptunaSuggest
from automl.search.contract import DEFAULT_TRIAL, EFFECTS, keeps_model
from automl.search.events import Event, SearchEnded, StopReason, TrialEnded, TrialEvaluated, TrialStarted
from automl.storage import fields
from search_spaces import Point, Space
from trials.record import Cost, Evaluation, TrialEnd, TrialJob, TrialReport

MOST_LOSSES = 2
"""A trial whose worker died is tried again this often; after that the trial itself is to blame."""

MOST_ERRORS = 5
"""A search in which nothing was ever evaluated gives up after this many errors."""


@dataclass(frozen=True)
class Rules:
    """What bounds a search. `deadline` is in `time.monotonic()` seconds; `trials` counts all trials of the study.

    `checkpoint` gives the folder for a trial's model.
    """

    metric: str
    budget_examples: int
    trials: int | None
    deadline: float | None
    seed: int
    checkpoint: Callable[[int], Path]
    precision: str
    threads: int


@dataclass
class _Running:
    """A trial that a worker has. `known` are the steps that the study has from an earlier, preempted try."""

    trial: Trial
    known: frozenset[int]
    best: Evaluation | None = None
    value: float | None = None
    cost: Cost | None = None


class Ledger:
    """Begins, judges and ends the trials of one study, by the state contract, and tells the news.

    All of it runs in the driver, on one thread; only `stop` may be called from a signal handler.
    """

    def __init__(self, study: Study, space: Space, rules: Rules, tell: Callable[[Event], None]) -> None:
        self._study = study
        self._space = space
        self._rules = rules
        self._tell = tell
        self._running: dict[int, _Running] = {}
        self._reason: StopReason | None = None
        self._closed: StopReason | None = None
        self._begun = sum(trial.state != TrialState.WAITING for trial in study.get_trials(deepcopy=False))
        self._errors = 0
        self._evaluated = False

    @property
    def over(self) -> bool:
        """Whether the search must end now, with trials still running."""
        deadline = self._rules.deadline
        if self._reason is None and deadline is not None and time.monotonic() >= deadline:
            self._reason = StopReason.TIME
        return self._reason is not None

    @property
    def exhausted(self) -> bool:
        """Whether no trial will ever begin again: none is left to begin, and none runs that may come back."""
        return self.over or (self._no_more_trials and not self._running)

    @property
    def _no_more_trials(self) -> bool:
        return self._rules.trials is not None and self._begun >= self._rules.trials

    def stop(self, reason: StopReason) -> None:
        """Ends the search at the next chance. Safe in a signal handler."""
        self._reason = self._reason or reason

    def begin(self) -> TrialJob | None:
        """The next trial to run: one that was preempted, or a new point. None if there is none to begin now."""
        while not self.over and not self._no_more_trials:
            trial = self._study.ask()
            self._begun += 1
            resumed = fields.END in trial.user_attrs
            known = fields.read_evaluations(trial.user_attrs)
            self._running[trial.number] = _Running(trial, frozenset(evaluation.step for evaluation in known))
            try:
                point = self._space.ask(OptunaSuggest(trial))
            except Exception:  # a user's own space may raise anything: that is this trial's end, not the search's
                self._tell(TrialStarted(trial.number, dict(trial.params), resumed))
                self._end(trial.number, TrialEnd.ERROR, format_exc())
                continue
            if resumed:
                trial.set_user_attr(fields.END, None)
            self._tell(TrialStarted(trial.number, dict(trial.params), resumed))
            return self._job(trial.number, point)
        return None

    def record(self, number: int, report: TrialReport) -> bool:
        """Takes a trial's news and says whether it goes on."""
        running = self._running.get(number)
        if running is None:
            return False  # it ended before this report arrived
        running.cost = report.cost
        if report.evaluation is not None:
            self._note(running, report.evaluation)
        if report.end is not None:
            self._end(number, report.end, report.cause)
        elif report.evaluation is not None and self._hopeless(running.trial):
            self._end(number, TrialEnd.PRUNED, f"its value at {report.evaluation.fraction:.0%} of the budget")
        return number in self._running

    def lose(self, number: int, cause: str) -> None:
        """A worker died. Its trial begins again under its number, unless it has done so too often."""
        running = self._running.get(number)
        if running is None:
            return
        losses = running.trial.user_attrs.get(fields.LOSSES, 0) + 1
        running.trial.set_user_attr(fields.LOSSES, losses)
        if losses > MOST_LOSSES:
            self._end(number, TrialEnd.ERROR, f"its worker died {losses} times; the last time: {cause}")
        else:
            self._end(number, TrialEnd.PREEMPTED, cause)

    def fail(self, number: int, cause: str) -> None:
        """The worker's own code raised: it would do so again."""
        if number in self._running:
            self._end(number, TrialEnd.ERROR, cause)

    def close(self) -> StopReason:
        """Ends what still runs as preempted, and the search with it; a second call only says the reason again."""
        if self._closed:
            return self._closed
        self._closed = self._reason = self._reason or StopReason.TRIALS
        for number in list(self._running):
            self._end(number, TrialEnd.PREEMPTED, self._closed.value)
        self._tell(SearchEnded(self._closed))
        return self._closed

    def _job(self, number: int, point: Point) -> TrialJob:
        rules = self._rules
        return TrialJob(
            number=number,
            point=point,
            seed=rules.seed,
            budget_examples=rules.budget_examples,
            metric=rules.metric,
            checkpoint=rules.checkpoint(number),
            precision=rules.precision,
            threads=rules.threads,
        )

    def _note(self, running: _Running, evaluation: Evaluation) -> None:
        trial = running.trial
        running.value = evaluation.metrics[self._rules.metric]
        if running.best is None:
            self._forget_earlier_try(running)
        running.best = evaluation if evaluation.is_best else running.best
        self._evaluated = True
        trial.set_user_attr(fields.evaluation_key(evaluation.step), asdict(evaluation))
        if evaluation.step not in running.known:  # the same seed told the same value
            trial.report(running.value, evaluation.step)
        self._tell(TrialEvaluated(trial.number, evaluation, running.value))

    def _forget_earlier_try(self, running: _Running) -> None:
        """A trial that began again has just replaced the model of its earlier try: the record must follow."""
        for step in running.known:
            running.trial.set_user_attr(fields.evaluation_key(step), None)

    def _hopeless(self, trial: Trial) -> bool:
        stop = trial.should_prune()  # asked for trial 0 too, so that its values count at each rung
        return stop and trial.number != DEFAULT_TRIAL

    def _end(self, number: int, end: TrialEnd, cause: str) -> None:
        running = self._running.pop(number)
        trial, effect = running.trial, EFFECTS[end]
        trial.set_user_attr(fields.END, end.value)
        trial.set_user_attr(fields.CAUSE, cause[-fields.LONGEST_CAUSE :])
        if running.cost is not None:
            trial.set_user_attr(fields.COST, asdict(running.cost))
        if effect.infeasible:
            trial.set_constraint("trainable", 1.0)
        if effect.state == TrialState.WAITING:
            self._study._storage.set_trial_state_values(trial._trial_id, TrialState.WAITING)
            self._begun -= 1
        else:
            value = running.value if effect.state == TrialState.COMPLETE else None
            self._study.tell(trial, value, effect.state)
        if not keeps_model(number, end):
            shutil.rmtree(self._rules.checkpoint(number), ignore_errors=True)
        self._tell(TrialEnded(number, end, running.value, running.best, running.cost, cause))
        if end == TrialEnd.ERROR:
            self._errors += 1
        elif end != TrialEnd.PREEMPTED:
            self._errors = 0
        if self._errors >= MOST_ERRORS and not self._evaluated:
            self.stop(StopReason.FAILED)
