"""What `automl show` shows of a study."""

from collections.abc import Callable
from pathlib import Path

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from automl.core import StudyRecord
from automl.report.formatting import format_score, format_value
from automl.report.pareto_table import front_table
from automl.report.result_json import UNFINISHED, also_confirmed
from automl.report.trials.choice import TrialChoice
from automl.report.trials.parameters import folds_table, parameters_tables
from automl.report.trials.ranking import best_value, deviation, winner_of
from automl.report.trials.trials_table import budget_spent, of_samples, trials_table
from search_spaces import ALGORITHM, algorithm_of
from trials.serving_costs import SERVING_COSTS

ALL = TrialChoice()


def _nowhere(number: int) -> None:
    """Return None: no folder of a model is known."""


def study_view(study: StudyRecord, choice: TrialChoice = ALL, model: Callable[[int], Path | None] = _nowhere) -> Group:
    """Return tables of a study: its trials, its Pareto front if it has one, and parameters that differ, by algorithm.

    Args:
        study: the study with its trials.
        choice: which trials are shown, and in which order.
        model: returns the folder of the model of a trial, given by its number; None if it does not exist.
    """
    shown = choice.of(study)
    if not study.trials:
        return Group(_title(study))
    winner = winner_of(study)
    front = [] if study.goals.are_plain else [front_table(study, winner.number if winner else None, model)]
    folds = [folds_table(study)] if study.folds else []
    others = [*front, *parameters_tables(study, shown), *folds]
    return Group(_title(study), trials_table(study, shown), *(part for other in others for part in (Text(), other)))


def wide_view(study: StudyRecord, choice: TrialChoice = ALL) -> Group:
    """Return a table for each algorithm, with all its trials and all its parameters, however wide that becomes.

    Where trials were trained in packs, the column `pack` has the mean number of trials of each one's pack. Where trials
    confirm others, the column `confirms` has the number of the other.

    Args:
        study: the study with its trials.
        choice: which trials are shown, and in which order.
    """
    winner, shown = winner_of(study), choice.of(study)
    tables = []
    for algorithm in dict.fromkeys(algorithm_of(trial.params) for trial in shown):
        own = [trial for trial in shown if algorithm_of(trial.params) == algorithm]
        names = [name for name in dict.fromkeys(name for trial in own for name in trial.params) if name != ALGORITHM]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=algorithm or None, title_justify="left")
        table.add_column("trial", justify="right")
        table.add_column("end")
        packed = any(trial.cost is not None and trial.cost.members > 1 for trial in own)
        pack = ["pack"] if packed else []
        confirming = any(trial.confirms is not None for trial in own)
        for heading in (
            "last",
            "best",
            "budget",
            "seconds",
            *pack,
            *(["confirms"] if confirming else []),
            *(name.removeprefix(f"{algorithm}.") for name in names),
        ):
            table.add_column(heading, justify="right")
        table.add_column("cause")
        table.caption, table.caption_justify = of_samples(own), "left"
        for trial in own:
            won = winner is not None and trial.number == winner.number
            cells = [
                f"* {trial.number}" if won else str(trial.number),
                UNFINISHED if trial.end is None else trial.end.value,
                format_score(trial.value),
                format_score(best_value(study, trial), deviation(study, trial)),
                budget_spent(trial),
                "-" if trial.cost is None else f"{trial.cost.seconds:.1f}",
                *(["-" if trial.cost is None else f"{trial.cost.members:.1f}"] if packed else []),
                *(["-" if trial.confirms is None else str(trial.confirms.trial)] if confirming else []),
                *(format_value(trial.params.get(name)) for name in names),
                " ".join(trial.cause.split()),
            ]
            table.add_row(*map(Text, cells), style="bold" if won else None)
        tables.append(table)
    return Group(_title(study), *tables)


def _title(study: StudyRecord) -> Text:
    where = f"over {study.folds} folds (mean ± standard deviation)" if study.folds else "on validation"
    aims = [
        f"{_named(each.name, where)} {'maximized' if each.maximize else 'minimized'}" for each in study.goals.objectives
    ]
    aims_and_constraints = ", ".join([*aims, *map(str, study.goals.constraints)])
    count = f"{len(study.proposed)} trials{also_confirmed(study)}"
    return Text(f"Study {study.name}: {count}, {aims_and_constraints}", style="bold")


def _named(name: str, where: str) -> str:
    return name if name in SERVING_COSTS else f"{name} {where}"
