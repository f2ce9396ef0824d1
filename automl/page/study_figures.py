"""Figures of a search: scores over time and trials, learning curves, parameters and their importance."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import optuna
import plotly.graph_objects as go
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from automl.core import StudyRecord, TrialRecord
from automl.report import short_names
from automl.selection import choose_winner
from search_spaces import ALGORITHM

MOST_CURVES = 40
"""Number of best trials whose learning curves are drawn."""

FEWEST_FOR_IMPORTANCE = 8
"""Number of completed trials below which the importance of parameters says nothing."""

MOST_AXES = 8
"""Number of parameters, the most important first, that are shown as parallel coordinates."""


def study_figures(study: StudyRecord, trials: Sequence[FrozenTrial]) -> Iterator[tuple[str, str, go.Figure]]:
    """Yield title, explanation and figure, in the order of the page.

    Args:
        study: the study with its trials.
        trials: the same trials as Optuna's objects.
    """
    metric = study.goals.first
    yield (
        f"Best {metric.name} by time",
        "The best validation score so far against the time since the first trial began; a dot is a trial that ended.",
        _by_time(study),
    )
    yield (
        f"Learning curves of {metric.name}",
        f"Validation score against the share of the budget, of the {MOST_CURVES} best trials.{_samples(study)}",
        _curves(study),
    )
    if study.goals.are_several:
        first, second = study.goals.objectives[:2]
        yield (
            f"{first.name} and {second.name}",
            "Completed trials; no other trial is better in both than those of the Pareto front.",
            _front(study),
        )
        return
    confirming = {each.number for each in study.confirmations}
    own, algorithm = _of_one_algorithm(study, [each for each in trials if each.number not in confirming])
    names = _varied(own)
    if len(own) < FEWEST_FOR_IMPORTANCE or len(names) < 2:
        return
    which = "" if algorithm is None else f" of {algorithm}"
    in_memory = _as_study(study, own)
    importances = _importances(in_memory, names)
    if importances:
        yield (
            f"Importance of the parameters{which}",
            "Share of the difference between good trials and others that each parameter explains (PED-ANOVA).",
            _bars(importances),
        )
    ranked = sorted(names, key=lambda name: -importances.get(name, 0.0))
    yield (
        f"Parameters{which}",
        "A line is a completed trial; drag along an axis to select trials.",
        optuna.visualization.plot_parallel_coordinate(in_memory, params=ranked[:MOST_AXES]),
    )
    yield (
        f"{ranked[0]} and {ranked[1]}{which}",
        f"Validation {metric.name} over the two most important parameters; dots are trials.",
        optuna.visualization.plot_contour(in_memory, params=ranked[:2]),
    )


def _samples(study: StudyRecord) -> str:
    """Return what a cross in the learning curves is; empty if there is none."""
    is_any = any(each.sample_rows is not None for trial in study.proposed for each in trial.evaluations)
    return " A cross is a model that was fitted to a sample of the training rows." if is_any else ""


def _by_time(study: StudyRecord) -> go.Figure:
    maximize, name = study.goals.first.maximize, study.goals.first.name
    ended = sorted((each for each in study.proposed if each.ended and each.best), key=_end)
    begin = min((each.started for each in study.proposed if each.started), default=None)
    minutes, scores, texts = [], [], []
    for trial in ended:
        if begin is not None and trial.best is not None and name in trial.best.metrics:
            minutes.append((_end(trial) - begin).total_seconds() / 60)
            scores.append(trial.best.metrics[name])
            texts.append(f"trial {trial.number} {trial.params.get(ALGORITHM, '')}")
    best = [max(scores[: count + 1]) if maximize else min(scores[: count + 1]) for count in range(len(scores))]
    figure = go.Figure()
    figure.add_scatter(x=minutes, y=scores, mode="markers", text=texts, name="trial", marker={"opacity": 0.55})
    figure.add_scatter(x=minutes, y=best, mode="lines", line={"shape": "hv"}, name="best so far")
    return figure.update_layout(xaxis_title="minutes", yaxis_title=f"validation {name}")


def _end(trial: TrialRecord) -> datetime:
    if trial.ended is None:
        raise ValueError(f"trial {trial.number} has not ended")
    return trial.ended


def _curves(study: StudyRecord) -> go.Figure:
    name, maximize = study.goals.first.name, study.goals.first.maximize
    scored = [each for each in study.proposed if each.best is not None and name in each.best.metrics]
    scored.sort(key=lambda each: each.best.metrics[name] if each.best else 0.0, reverse=maximize)
    figure = go.Figure()
    for trial in scored[:MOST_CURVES]:
        told = [each for each in trial.evaluations if each.fold is None and not each.is_look]
        figure.add_scatter(
            x=[each.fraction for each in told],
            y=[each.metrics[name] for each in told],
            mode="lines+markers" if len(told) > 1 else "markers",
            marker_symbol=["circle" if each.sample_rows is None else "x" for each in told],
            text=["" if each.sample_rows is None else f"sample of {each.sample_rows} rows" for each in told],
            name=f"{trial.number} {trial.params.get(ALGORITHM, '')}".strip(),
        )
    return figure.update_layout(
        xaxis={"title": "share of the budget", "tickformat": ".0%"}, yaxis_title=f"validation {name}"
    )


def _front(study: StudyRecord) -> go.Figure:
    first, second = study.goals.objectives[:2]
    shown = [each for each in study.proposed if each.best and {first.name, second.name} <= each.best.metrics.keys()]
    points = [(each.best.metrics[first.name], each.best.metrics[second.name]) for each in shown if each.best]
    losses = [(-a if first.maximize else a, -b if second.maximize else b) for a, b in points]
    is_front = [
        not any(other != own and other[0] <= own[0] and other[1] <= own[1] for other in losses) for own in losses
    ]
    figure = go.Figure()
    for wanted, label in ((False, "dominated"), (True, "Pareto front")):
        chosen = [index for index, on in enumerate(is_front) if on is wanted]
        figure.add_scatter(
            x=[points[index][1] for index in chosen],
            y=[points[index][0] for index in chosen],
            text=[f"trial {shown[index].number}" for index in chosen],
            mode="markers",
            name=label,
            marker={"size": 10 if wanted else 7},
        )
    return figure.update_layout(xaxis_title=second.name, yaxis_title=first.name)


def _of_one_algorithm(study: StudyRecord, trials: Sequence[FrozenTrial]) -> tuple[list[FrozenTrial], str | None]:
    """Return the completed trials of the winner's algorithm, because others have other parameters."""
    best = choose_winner(study, lambda number: True)
    algorithm = None if best is None else best.params.get(ALGORITHM)
    own = [
        each
        for each in trials
        if each.state == TrialState.COMPLETE and (algorithm is None or each.params.get(ALGORITHM) == algorithm)
    ]
    return own, None if algorithm is None else str(algorithm)


def _varied(trials: Sequence[FrozenTrial]) -> list[str]:
    """Return the parameters that all trials have, and that are not the same in all."""
    common = set.intersection(*(set(each.params) for each in trials)) if trials else set()
    return sorted(name for name in common if len({each.params[name] for each in trials}) > 1)


def _as_study(study: StudyRecord, trials: Sequence[FrozenTrial]) -> optuna.Study:
    directions = [
        StudyDirection.MAXIMIZE if each.maximize else StudyDirection.MINIMIZE for each in study.goals.objectives
    ]
    in_memory = optuna.create_study(directions=directions, study_name=study.name)
    in_memory.add_trials(list(trials))
    return in_memory


def _importances(study: optuna.Study, names: Sequence[str]) -> dict[str, float]:
    try:
        evaluator = PedAnovaImportanceEvaluator()
        return optuna.importance.get_param_importances(study, evaluator=evaluator, params=list(names))
    except (ValueError, RuntimeError):  # trials that all score the same
        return {}


def _bars(importances: dict[str, float]) -> go.Figure:
    shown = sorted(importances.items(), key=lambda item: item[1])[-MOST_AXES * 2 :]
    short: Any = short_names([name for name, _ in shown])
    figure = go.Figure(go.Bar(x=[value for _, value in shown], y=[short[name] for name, _ in shown], orientation="h"))
    return figure.update_layout(xaxis={"title": "importance", "tickformat": ".0%"}, yaxis={"automargin": True})
