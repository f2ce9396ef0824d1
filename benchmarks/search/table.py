"""The runs side by side, as Markdown: medians over seeds with their ranges, and ratios to the better form of (a)."""

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.search.contenders import CONTENDERS, PEERS
from benchmarks.search.results import Results, Run

NEVER = math.inf


@dataclass(frozen=True)
class Measure:
    """A column. `of` gives a run's number, NEVER if it never came; `less` says that less is better.

    One that `needs_a` says nothing where no form of (a) has run.
    """

    title: str
    of: Callable[[Run, float], float]
    digits: int
    less: bool = False
    ratio: bool = True
    needs_a: bool = False


MEASURES = (
    Measure("first result, s", lambda run, _: _time(run.first_result), 1, less=True),
    Measure("first full score, s", lambda run, _: _time(run.first_score), 1, less=True),
    Measure("first whole epoch, s", lambda run, _: _time(run.first_epoch), 1, less=True),
    Measure("epochs trained", lambda run, _: run.epochs, 1),
    Measure("trials ended", lambda run, _: run.ended, 0),
    Measure("trials started", lambda run, _: run.started, 0, ratio=False),
    Measure("best validation accuracy", lambda run, _: _score(run.best), 4, ratio=False),
    Measure("reached (a)'s best, s", lambda run, goal: _time(run.time_to(goal)), 1, less=True, needs_a=True),
    Measure("test accuracy", lambda run, _: _score(run.test_accuracy), 4, ratio=False),
)
"""Each is called with a run and with the best score that a form of (a) reached on the same data with the same seed."""


def markdown(results: Results) -> str:
    """A table for each data set."""
    return "\n\n".join(f"### {dataset}\n\n{_table(results, dataset)}" for dataset in results.datasets)


def _table(results: Results, dataset: str) -> str:
    has_a = any(results.of(dataset, name) for name in PEERS)
    measures = [measure for measure in MEASURES if has_a or not measure.needs_a]
    columns = [_column(results, dataset, measure) for measure in measures]
    rows = [
        f"| {CONTENDERS[name].title} | {' | '.join(column[name] for column in columns)} |"
        for name in results.contenders
        if results.of(dataset, name)
    ]
    head = f"| | {' | '.join(measure.title for measure in measures)} |"
    return "\n".join([head, f"| --- |{' ---: |' * len(measures)}", *rows, *_failures(results, dataset)])


def _failures(results: Results, dataset: str) -> list[str]:
    """A line for each contender whose trials failed."""
    counts = {name: sum(run.failed for run in results.of(dataset, name)) for name in results.contenders}
    return [f"\n{CONTENDERS[name].title}: {count} failed trials." for name, count in counts.items() if count]


def _column(results: Results, dataset: str, measure: Measure) -> dict[str, str]:
    """The cells of one measure by contender."""
    numbers = {
        name: [measure.of(run, goal(results, dataset, run.seed)) for run in results.of(dataset, name)]
        for name in results.contenders
        if results.of(dataset, name)
    }
    medians = {name: statistics.median(found) for name, found in numbers.items()}
    base = _base(results, dataset, measure, medians)
    return {name: _cell(found, medians[name], base, measure) for name, found in numbers.items()}


def _base(results: Results, dataset: str, measure: Measure, medians: dict[str, float]) -> float:
    """What ratios are to: the better median of (a); at its own best score, when either form first reached it."""
    if measure.needs_a:
        runs = [run for name in PEERS for run in results.of(dataset, name)]
        reached = dict.fromkeys(results.seeds, NEVER)
        for run in runs:
            reached[run.seed] = min(reached[run.seed], measure.of(run, goal(results, dataset, run.seed)))
        return statistics.median(reached.values())
    peers = [medians[name] for name in PEERS if name in medians]
    return (min if measure.less else max)(peers, default=math.nan)


def goal(results: Results, dataset: str, seed: int) -> float:
    """The best score that any form of (a) reached; one that every score passes if it reached none."""
    runs = [run for name in PEERS for run in results.of(dataset, name) if run.seed == seed]
    return max((run.best for run in runs if run.best is not None), default=-NEVER)


def _cell(found: list[float], median: float, base: float, measure: Measure) -> str:
    if not math.isfinite(median):
        return "never" if measure.less else "none"
    told = f"**{median:.{measure.digits}f}**"
    if len(found) > 1:
        told += f" ({_number(min(found), measure)} to {_number(max(found), measure)})"
    comparable = measure.ratio and math.isfinite(base) and base > 0
    return f"{told}, {median / base:.2f}x" if comparable else told


def _number(value: float, measure: Measure) -> str:
    return f"{value:.{measure.digits}f}" if math.isfinite(value) else "never"


def _time(seconds: float | None) -> float:
    return NEVER if seconds is None else seconds


def _score(score: float | None) -> float:
    return -NEVER if score is None else score
