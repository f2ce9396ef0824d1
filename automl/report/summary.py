"""The summary at the end of a search: the winner, its scores and those of the baselines, and further commands."""

import shlex

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from automl.core import StudyRecord, Workspace, near, next_command
from automl.report.data_read import data_facts
from automl.report.formatting import changed, format_energy, format_measure, format_score, format_seconds, listed
from automl.report.result_json import Json, also_confirmed, count_ends, winner_facts
from automl.report.scored_models import CHOSEN_BY, chosen_by_score, scored_models
from automl.report.wording import (
    choice_sentence,
    confirmation_sentence,
    handed_over_name,
    over_folds,
    sentences,
    single_name,
)
from automl.selection import Scores, Winner
from search_spaces import ALGORITHM


def summary(winner: Winner, study: StudyRecord, seconds: float, workspace: Workspace) -> Group:
    """Return the text to print at the end of a search.

    Args:
        winner: the winner of the study.
        study: the study with its trials.
        seconds: duration of the search.
        workspace: the workspace, for the commands to paste.
    """
    commands = next_commands(winner, workspace)
    ends = ", ".join(f"{count} {end}" for end, count in count_ends(study).items())
    return Group(
        Text.from_markup(f"[bold]{_title(winner)}[/bold] of study {escape(study.name)}"),
        *([] if winner.ensemble is None else [Text(f"The best single model is {single_name(winner)}.")]),
        Text(_parameters(winner, study)),
        *([Text(f"Trained by trials {_chain(winner)}")] if winner.schedule else []),
        Text(),
        scores_table(winner),
        *([Text(over_folds(winner))] if winner.trial.folds else []),
        *(Text(said) for said in sentences(winner)),
        *([] if study.goals.are_plain else [Text(_measured(winner))]),
        Text(),
        Text(f"Trials   {len(study.proposed)}{also_confirmed(study)} in {format_seconds(seconds)}: {ends}"),
        *([] if study.energy_kwh is None else [Text(f"Energy   {format_energy(study.energy_kwh)}")]),
        Text(f"Model    {near(winner.folder)}"),
        Text(),
        Text("Look further:"),
        *(Text(f"  {command}", style="cyan", no_wrap=True, overflow="ignore") for command in commands),
    )


def summary_json(winner: Winner, study: StudyRecord, seconds: float) -> dict[str, Json]:
    """Return the summary as a JSON object, for programs.

    Args:
        winner: the winner of the study.
        study: the study with its trials.
        seconds: duration of the search.
    """
    return {
        **winner_facts(winner),
        "choice_because": choice_sentence(winner),
        "confirmation_because": confirmation_sentence(winner.confirmation, winner.goals.first.name),
        "folder": str(winner.folder),
        "data_fingerprint": winner.data_fingerprint,
        "corrections": winner.corrections,
        "data": None if winner.read is None else data_facts(winner.read),
        "trials": len(study.proposed),
        "ends": count_ends(study),
        "confirmations": len(study.confirmations),
        "seconds": seconds,
    }


def scores_table(winner: Winner) -> Table:
    """Return the metric of the search and the usual one of the task by model, on validation (or folds) and test."""
    metrics = list(dict.fromkeys([winner.goals.first.name, winner.task.shown_metric]))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("model")
    for metric in metrics:
        for split in ("folds" if winner.trial.folds else "validation", "test"):
            table.add_column(f"{split}\n{metric}", justify="right")
        if metric == metrics[0] and winner.scores.intervals:
            table.add_column("95%\ninterval", justify="right")
    for name, scores in scored_models(winner).items():
        first, *others = (_cells(scores, metric) for metric in metrics)
        if name == chosen_by_score(winner):
            first = (f"{first[0]}{CHOSEN_BY}", first[1])
        interval = [_interval(scores, metrics[0])] if winner.scores.intervals else []
        table.add_row(name, *first, *interval, *(cell for cells in others for cell in cells))
    return table


def _cells(scores: Scores | None, metric: str) -> tuple[str, str]:
    if scores is None:
        return format_score(None), format_score(None)
    validation = format_score(scores.validation.get(metric), scores.deviation(metric))
    return validation, format_score(scores.test.get(metric))


def _interval(scores: Scores | None, metric: str) -> str:
    """Return the interval of the test score, such as `.912 - .934`."""
    if scores is None or metric not in scores.intervals:
        return format_score(None)
    return " - ".join(format_score(end) for end in scores.intervals[metric])


def next_commands(winner: Winner, workspace: Workspace) -> list[str]:
    """Return commands for the next steps, ready to paste."""
    return [
        f"automl predict {shlex.quote(str(near(winner.folder)))} --input new.csv --output out.csv",
        *(next_command(workspace, verb, winner.study) for verb in ("show", "ui", "resume")),
    ]


def _title(winner: Winner) -> str:
    is_trial = winner.ensemble is None and winner.soup is None
    return f"{'Winner' if is_trial and winner.passed_over is None else 'Handed over'}: {handed_over_name(winner)}"


def _chain(winner: Winner) -> str:
    return ", ".join(f"{each.trial} up to {each.share[1]:.0%}" for each in winner.schedule)


def _measured(winner: Winner) -> str:
    """Return the winner's values of objectives and constraints, and the number of other trials on the Pareto front."""
    goals = winner.goals
    metrics = winner.trial.best.metrics if winner.trial.best else {}
    if winner.ensemble is not None:
        metrics = {**winner.ensemble.scores.validation, **winner.ensemble.costs}
    elif winner.soup is not None:
        metrics = {**winner.soup.scores.validation, **winner.soup.costs}
    values = ", ".join(f"{name} {format_measure(name, metrics.get(name))}" for name in goals.watched)
    kept = " and ".join(map(str, goals.constraints))
    own = winner.trial.number if winner.ensemble is None and winner.soup is None else None
    others = sum(each.number != own for each in winner.front)
    choice = f" {others} more {'is' if others == 1 else 'are'} on the Pareto front: see automl show." if others else ""
    return f"In the search: {values}{f' ({kept} kept)' if kept else ''}.{choice}"


def _parameters(winner: Winner, study: StudyRecord) -> str:
    """Return the winner's parameters that differ from those of the first trial of its algorithm."""
    params = winner.trial.params
    algorithm = params.get(ALGORITHM)
    default = next((trial.params for trial in study.proposed if trial.params.get(ALGORITHM) == algorithm), {})
    algorithm_sentence = "" if algorithm is None else f"Algorithm: {algorithm}. "
    different = changed(params, default)
    if not different:
        return f"{algorithm_sentence}Its parameters are the defaults."
    return f"{algorithm_sentence}Unlike the default: {listed(different)}"
