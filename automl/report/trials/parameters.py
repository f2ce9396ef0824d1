"""The parameters of the best trials of each algorithm side by side, as many trials as the terminal has room for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table

from automl.core import StudyRecord, TrialRecord
from automl.report.formatting import differing, format_score, format_value, short_names
from automl.report.trials.ranking import best_value, ranked
from search_spaces import ALGORITHM, algorithm_of

MOST_COMPARED = 8
"""Number of trials side by side, however wide the terminal is."""

FEWEST_COMPARED = 2


@dataclass(frozen=True)
class SideBySide:
    """A table with a column for each trial, of which the last ones are left out where the width does not suffice.

    Attributes:
        trials: the trials, the most important first.
        table: gives the table of some of them.
    """

    trials: Sequence[TrialRecord]
    table: Callable[[Sequence[TrialRecord]], Table]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table with as many trials as fit."""
        count = min(len(self.trials), MOST_COMPARED)
        while count > FEWEST_COMPARED and _width(console, options, self.table(self.trials[:count])) > options.max_width:
            count -= 1
        yield self.table(self.trials[:count])


def parameters_tables(study: StudyRecord, shown: Iterable[TrialRecord]) -> list[RenderableType]:
    """Return a table for each algorithm: a line for each parameter that differs, a column for each of the best trials.

    Args:
        study: the study.
        shown: those of its trials that are compared.
    """
    compared = {trial.number for trial in shown}
    by_rank = [trial for trial in ranked(study) if trial.number in compared]
    groups: dict[str, list[TrialRecord]] = {algorithm_of(trial.params): [] for trial in by_rank}  # the best one first
    for trial in side_by_side(study):
        if trial.number in compared:
            groups.setdefault(algorithm_of(trial.params), []).append(trial)
    return [
        SideBySide(trials, partial(_parameters, study, algorithm))
        for algorithm, trials in groups.items()
        if differing(trials)
    ]


def folds_table(study: StudyRecord) -> RenderableType:
    """Return one line for each fold; the columns are the default and the best trials."""
    metric = study.goals.first.name

    def table(compared: Sequence[TrialRecord]) -> Table:
        found = _comparison("fold", study, compared)
        for fold in range(study.folds):
            scores = (trial.folds[fold].metrics[metric] if fold < len(trial.folds) else None for trial in compared)
            found.add_row(str(fold + 1), *map(format_score, scores))
        return found

    return SideBySide(side_by_side(study), table)


def side_by_side(study: StudyRecord) -> list[TrialRecord]:
    """Return trial 0, and after it the other trials that have a value, best first."""
    return [trial for trial in study.trials if trial.number == 0] + [t for t in ranked(study) if t.number != 0]


def _parameters(study: StudyRecord, algorithm: str, compared: Sequence[TrialRecord]) -> Table:
    table = _comparison("parameter", study, compared)
    table.title = f"Parameters{f' of {algorithm}' if algorithm else ''} that differ"
    own = {name: name.removeprefix(f"{algorithm}.") for name in differing(compared) if name != ALGORITHM}
    shorts = short_names(own.values())
    for name, inner in own.items():
        table.add_row(shorts[inner], *(format_value(trial.params.get(name)) for trial in compared))
    return table


def _comparison(heading: str, study: StudyRecord, compared: Sequence[TrialRecord]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left")
    table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for trial in compared:
        head = "default (0)" if trial.number == 0 else f"trial {trial.number}"
        column = f"{head}\n{format_score(best_value(study, trial))}"
        table.add_column(column, justify="right", no_wrap=True, overflow="ellipsis")
    return table


def _width(console: Console, options: ConsoleOptions, table: Table) -> int:
    return console.measure(table, options=options.update(width=10_000)).maximum
