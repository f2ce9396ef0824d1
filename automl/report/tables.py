"""Tables of studies, trials and spaces, for a width of 100 columns."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from automl.core import StudyRecord, TrialRecord, keeps_model
from automl.report.formatting import differing, format_score, format_value, short_names
from automl.report.pareto_table import front_table
from automl.report.result_json import UNFINISHED, count_ends
from automl.selection import choose_winner
from search_spaces import SPACES, Space
from trials.protocol import BUDGET_STEPS
from trials.serving_costs import SERVING_COSTS

COMPARED_TRIALS = 4
"""Number of trials next to trial 0 in the table of parameters, so that it fits in 100 columns."""

_CAUSE_WIDTH = 30


def _nowhere(number: int) -> None:
    """Return None: no folder of a model is known."""


def studies_table(studies: Sequence[StudyRecord]) -> Table:
    """Return a table with a line for each of `studies`: metric, best value with a model, and ends of trials."""
    table = _table("study", "created", "metric")
    table.add_column("best", justify="right")
    table.add_column("trials", justify="right")
    table.add_column("ends", overflow="fold")
    for study in studies:
        best = _winner(study)
        table.add_row(
            study.name,
            "-" if study.created is None else f"{study.created:%Y-%m-%d %H:%M}",
            ", ".join(study.goals.names),
            format_score(None if best is None else _best_value(study, best)),
            str(len(study.trials)),
            ", ".join(f"{count} {end}" for end, count in count_ends(study).items()),
        )
    return table


def study_view(study: StudyRecord, limit: int | None = None, model: Callable[[int], Path | None] = _nowhere) -> Group:
    """Return tables of a study: its trials, its Pareto front if it has one, and the parameters of the best trials.

    Args:
        study: the study with its trials.
        limit: number of best trials to show; None: all.
        model: returns the folder of the model of a trial, given by its number; None if it does not exist.
    """
    where = f"over {study.folds} folds (mean ± standard deviation)" if study.folds else "on validation"
    aims = [
        f"{_named(each.name, where)} {'maximized' if each.maximize else 'minimized'}" for each in study.goals.objectives
    ]
    aims_and_constraints = ", ".join([*aims, *map(str, study.goals.constraints)])
    title = Text(f"Study {study.name}: {len(study.trials)} trials, {aims_and_constraints}", style="bold")
    if not study.trials:
        return Group(title)
    winner = _winner(study)
    front = [] if study.goals.are_plain else [front_table(study, winner.number if winner else None, model)]
    folds = [folds_table(study)] if study.folds else []
    return Group(title, trials_table(study, limit), *front, parameters_table(study), *folds)


def trials_table(study: StudyRecord, limit: int | None = None) -> Table:
    """Return one line for each trial (the best `limit`), with the parameters that differ, as far as they fit."""
    winner = _winner(study)
    shown = _best_trials(study, limit)
    names = short_names(differing(study.trials))
    causes = any(trial.cause for trial in shown)
    heirs = any(trial.lineage and trial.lineage.parent is not None for trial in shown)
    table = _table()
    table.add_column("trial", justify="right", no_wrap=True)
    table.add_column("end", no_wrap=True)
    for heading in ("last", "best", "budget", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    if heirs:
        table.add_column("from", no_wrap=True)
    if causes:
        table.add_column("cause", no_wrap=True, overflow="ellipsis", max_width=_CAUSE_WIDTH)
    table.add_column("parameters that differ")  # only this column may shrink; its cells are truncated, not wrapped
    for trial in shown:
        won = winner is not None and trial.number == winner.number
        cells = [
            f"* {trial.number}" if won else str(trial.number),
            UNFINISHED if trial.end is None else trial.end.value,
            format_score(trial.value),
            format_score(_best_value(study, trial), _deviation(study, trial)),
            f"{trial.fraction:.0%}",
            "-" if trial.cost is None else f"{trial.cost.seconds:.1f}",
            *([_origin(trial)] if heirs else []),
            *([" ".join(trial.cause.split())] if causes else []),
        ]
        own = {short: trial.params[name] for name, short in names.items() if name in trial.params}
        params = ", ".join(f"{short} {format_value(value)}" for short, value in own.items())
        cut = Text(params, no_wrap=True, overflow="ellipsis")
        table.add_row(*map(Text, cells), cut, style="bold" if won else None)
    table.caption = _caption(shown, study, winner)
    return table


def parameters_table(study: StudyRecord) -> Table:
    """Return one line for each parameter that differs; the columns are trial 0 and the best trials, best first."""
    compared = _compared(study)
    table = _comparison("parameter", study, compared)
    for name, short in short_names(differing(compared)).items():
        table.add_row(short, *(format_value(trial.params.get(name)) for trial in compared))
    return table


def folds_table(study: StudyRecord) -> Table:
    """Return one line for each fold; the columns are the trials of the table of parameters."""
    compared, metric = _compared(study), study.goals.first.name
    table = _comparison("fold", study, compared)
    for fold in range(study.folds):
        scores = (trial.folds[fold].metrics[metric] if fold < len(trial.folds) else None for trial in compared)
        table.add_row(str(fold + 1), *map(format_score, scores))
    return table


def spaces_table() -> Table:
    """Return a table of all built-in search spaces, with their descriptions."""
    table = _table("space")
    table.add_column("parameters", justify="right")
    table.add_column("what it tries")
    for name, function in SPACES.items():
        first_line = (function.__doc__ or "").strip().partition("\n")[0]
        table.add_row(name, str(len(Space(name, function).dimensions())), first_line)
    return table


def space_table(space: Space) -> Table:
    """Return a table of the parameters of `space`: range, with overrides applied, and default, as in trial 0."""
    table = _table("parameter", "range")
    table.add_column("default", justify="right")
    for name, dimension in space.dimensions().items():
        table.add_row(name, str(dimension), format_value(dimension.default))
    return table


def _table(*headings: str) -> Table:
    return Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left")


def _compared(study: StudyRecord) -> list[TrialRecord]:
    ranked = [trial for trial in _ranked(study) if trial.number != 0][:COMPARED_TRIALS]
    return [trial for trial in study.trials if trial.number == 0] + ranked


def _comparison(heading: str, study: StudyRecord, compared: Sequence[TrialRecord]) -> Table:
    table = _table(heading)
    for trial in compared:
        head = "default (0)" if trial.number == 0 else f"trial {trial.number}"
        table.add_column(f"{head}\n{format_score(_best_value(study, trial))}", justify="right")
    return table


def _winner(study: StudyRecord) -> TrialRecord | None:
    with_model = {trial.number for trial in study.trials if keeps_model(trial.number, trial.end)}
    return choose_winner(study, with_model.__contains__)


def _best_value(study: StudyRecord, trial: TrialRecord) -> float | None:
    return None if trial.best is None else trial.best.metrics[study.goals.first.name]


def _deviation(study: StudyRecord, trial: TrialRecord) -> float | None:
    if trial.best is None or trial.best.deviations is None:
        return None
    return trial.best.deviations[study.goals.first.name]


def _ranked(study: StudyRecord) -> list[TrialRecord]:
    """Return the trials with a value, best first; those whose model is deleted come last."""

    def rank(trial: TrialRecord) -> tuple[bool, float]:
        value = _best_value(study, trial) or 0.0
        return not keeps_model(trial.number, trial.end), -value if study.goals.first.maximize else value

    return sorted((trial for trial in study.trials if trial.best is not None), key=rank)


def _best_trials(study: StudyRecord, limit: int | None) -> list[TrialRecord]:
    """Return the best `limit` trials in the order of their numbers; all without a limit."""
    if limit is None or limit >= len(study.trials):
        return list(study.trials)
    ranked = _ranked(study)
    without_value = [trial for trial in study.trials if trial.best is None]
    return sorted((ranked + without_value)[:limit], key=lambda trial: trial.number)


def _origin(trial: TrialRecord) -> str:
    """Return the parent of a trial and its step as a share of the budget; empty for a trial without a parent."""
    if trial.lineage is None or trial.lineage.parent is None or (trial.evaluations and not trial.inherited):
        return ""
    return f"{trial.lineage.parent} at {trial.lineage.step / BUDGET_STEPS:.0%}"


def _caption(shown: Sequence[TrialRecord], study: StudyRecord, winner: TrialRecord | None) -> str | None:
    notes = []
    if winner is not None:
        notes.append("* the winner")
    if len(shown) < len(study.trials):
        notes.append(f"the best {len(shown)} of {len(study.trials)} trials")
    return "; ".join(notes) or None


def _named(name: str, where: str) -> str:
    return name if name in SERVING_COSTS else f"{name} {where}"
