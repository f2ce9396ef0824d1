"""The events of a search as plain lines, one for each event: for logs, pipes and terminals without cursor control."""

import time
from collections.abc import Mapping
from typing import Self

from rich.console import Console

from automl.console.wording import DASHBOARD_HINT, END_WORDS, differences, duration, last_line, origin, percent
from automl.core import (
    CONSTANT,
    Event,
    SearchEnded,
    SearchProgress,
    SearchStarted,
    TrialEnded,
    TrialEvaluated,
    TrialStarted,
    TrialTaken,
)
from automl.report import format_measure
from search_spaces import Value
from trials.protocol import Evaluation


class LineView:
    """A `Listener` that prints each event as one line with the time since the search began.

    Args:
        console: the console to print on.
        defaults: parameters of the default configuration, with which trials are compared.
    """

    def __init__(self, console: Console, defaults: Mapping[str, Value]) -> None:
        self._console = console
        self._defaults = defaults
        self._progress = SearchProgress()
        self._broken = False

    def notice(self, event: Event) -> None:
        """Print `event`. After the output is closed, nothing more is printed."""
        before, self._progress = self._progress, self._progress.after(event)
        if self._broken:
            return
        try:
            line = f"[{self._elapsed():>8.1f} s] {self._sentence(event, before)}"
            self._console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)
        except (OSError, ValueError, SystemExit):  # a closed file; Rich exits the program on a closed pipe
            self._broken = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing. The context exists for code that uses either this or the live view."""

    def _elapsed(self) -> float:
        search = self._progress.search
        return max(0.0, time.monotonic() - search.started) if search else 0.0

    def _sentence(self, event: Event, before: SearchProgress) -> str:
        match event:
            case SearchStarted():
                return _search_started(event) + self._earlier()
            case TrialStarted():
                return self._trial_started(event)
            case TrialEvaluated():
                return self._trial_evaluated(event, before)
            case TrialEnded():
                return self._trial_ended(event)
            case TrialTaken(number):
                return (
                    f"trial {number} taken over by another driver, because this driver sent no heartbeat for too long"
                )
            case SearchEnded():
                return self._search_ended(event)

    def _trial_started(self, event: TrialStarted) -> str:
        verb = "resumed" if event.resumed else "started"
        changed = differences(event.params, self._defaults)
        if event.confirms is not None:
            what = f"it confirms trial {event.confirms.trial}, round {event.confirms.round}"
            return f"trial {event.number} {verb}: {what}"
        return f"trial {event.number} {verb}{origin(event.lineage)}: {changed or 'the default configuration'}"

    def _trial_evaluated(self, event: TrialEvaluated, before: SearchProgress) -> str:
        leads, evaluation = self._progress.best != before.best, event.evaluation
        rows = evaluation.sample_rows
        spread = "" if evaluation.deviations is None else f" ± {evaluation.deviations[self._metric]:.4f} over its folds"
        fold = "" if evaluation.fold is None else f", fold {evaluation.fold + 1}"
        place = f"at {percent(evaluation.fraction)}{fold}" if rows is None else f"on a sample of {rows} rows"
        return (
            f"trial {event.number} {place}: {self._metric} {event.value:.4f}{spread}, "
            f"{self._others(evaluation)}"
            f"train loss {evaluation.train_loss:.4f}{' (best so far)' if leads else ''}"
            f"{f', {CONSTANT}' if evaluation.is_constant else ''}"
        )

    def _trial_ended(self, event: TrialEnded) -> str:
        parts = [f"trial {event.number} {END_WORDS[event.end]}"]
        if event.value is not None:
            parts.append(f"{self._metric} {event.value:.4f}")
        if event.cost is not None:
            parts.append(duration(event.cost.seconds))
        cause = last_line(event.cause)
        return ", ".join(parts) + (f": {cause}" if cause else "")

    def _others(self, evaluation: Evaluation) -> str:
        """Return the values of further objectives and constraints."""
        search = self._progress.search
        names = () if search is None else search.goals.watched[1:]
        metrics = evaluation.metrics
        return "".join(f"{name} {format_measure(name, metrics[name])}, " for name in names if name in metrics)

    def _earlier(self) -> str:
        """Return the earlier trials of a resumed study."""
        progress = self._progress
        best = (
            f", best {self._metric} {progress.best.value:.4f} (trial {progress.best.number})" if progress.best else ""
        )
        return f"; {progress.ended} earlier trial{'' if progress.ended == 1 else 's'}{best}" if progress.ended else ""

    def _search_ended(self, event: SearchEnded) -> str:
        best = self._progress.best
        ends = ", ".join(f"{count} {END_WORDS[end]}" for end, count in self._progress.ends.items())
        leader = f"best {self._metric} {best.value:.4f} (trial {best.number})" if best else "no trial gave a model"
        return f"search ended: {event.reason}; trials: {ends or 'none'}; {leader}"

    @property
    def _metric(self) -> str:
        return self._progress.metric


def _search_started(event: SearchStarted) -> str:
    limits = [] if event.trials is None else [f"{event.trials} trial{'' if event.trials == 1 else 's'}"]
    if event.deadline is not None:
        limits.append(duration(event.deadline - event.started))
    aims = [
        f"{'largest' if objective.maximize else 'smallest'} {objective.name}" for objective in event.goals.objectives
    ]
    goal = " and ".join([*aims, *map(str, event.goals.constraints)])
    slots = f"{event.slots} slot{'' if event.slots == 1 else 's'}"
    line = f"study {event.study}: {goal}, {slots}, limit {' or '.join(limits) or 'none'}"
    return line + (f"; Ray dashboard {event.dashboard_url} ({DASHBOARD_HINT})" if event.dashboard_url else "")
