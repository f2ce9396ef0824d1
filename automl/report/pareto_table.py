"""The Pareto front of a study as a table, with the folders of its models."""

from collections.abc import Callable
from pathlib import Path

from rich import box
from rich.table import Table

from automl.core import StudyRecord, near
from automl.report.formatting import format_measure
from automl.selection import pareto_front


def front_table(study: StudyRecord, winner: int | None, model: Callable[[int], Path | None]) -> Table:
    """Return a table with one line for each trial of the Pareto front.

    Args:
        study: the study with its trials.
        winner: number of the winner, which is marked; None: there is none.
        model: returns the folder of the model of a trial, given by its number; None if it does not exist.
    """
    goals = study.goals
    table = Table(
        box=box.SIMPLE_HEAD, pad_edge=False, caption_justify="left", title="Pareto front", title_justify="left"
    )
    table.add_column("trial", justify="right", no_wrap=True)
    for name in goals.watched:
        table.add_column(name, justify="right", no_wrap=True)
    if goals.constraints:
        table.add_column("keeps constraints" if len(goals.constraints) > 1 else "keeps constraint")
    table.add_column("model", overflow="fold")
    for trial in pareto_front(study):
        folder = None if trial.number is None else model(trial.number)
        table.add_row(
            f"* {trial.number}" if trial.number == winner else str(trial.number),
            *(format_measure(name, trial.values.get(name)) for name in goals.watched),
            *(["yes" if trial.keeps_constraints else "no"] if goals.constraints else []),
            "-" if folder is None else str(near(folder)),
        )
    table.caption = "Each model folder is complete: automl predict FOLDER accepts any of them."
    return table
