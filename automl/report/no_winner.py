"""The message about a study that has no winner."""

from collections.abc import Callable, Mapping
from pathlib import Path

from automl.core import StudyRecord, near
from automl.report.formatting import format_measure
from automl.selection import closest_to_win
from trials.protocol import TrialEnd


def why_no_winner(
    study: StudyRecord, has_model: Callable[[int], bool], model: Callable[[int], Path], go_on: str
) -> str:
    """Return why a study has no winner: the violated constraints, the last failure, or too little time.

    Args:
        study: the study with its trials.
        has_model: returns whether the model of a trial, given by its number, still exists.
        model: returns the folder of the model of a trial, given by its number.
        go_on: the command that resumes the study.
    """
    closest = closest_to_win(study, has_model)
    if closest is not None and closest.best is not None:
        metrics, goals = closest.best.metrics, study.goals
        broken = [constraint.name for constraint in goals.broken(metrics)]
        has = " and ".join(f"{name} {_formatted(metrics, name)}" for name in dict.fromkeys([*broken, goals.first.name]))
        bounds = " and ".join(map(str, goals.constraints))
        return (
            f"no model of study {study.name!r} satisfies {bounds}, so no model is handed over. The closest is trial "
            f"{closest.number} with {has}; its model is in {near(model(closest.number))}. "
            f"Search on: {go_on}, or start a new study with wider bounds and --warm-start {study.name}"
        )
    if any(trial.folds for trial in study.proposed) and not any(trial.best for trial in study.proposed):
        return (
            "a cross-validated trial has a model only after all of its folds, and no trial has finished them; "
            f"give the search more time: {go_on}"
        )
    failures = [trial for trial in study.proposed if trial.end not in (None, TrialEnd.PREEMPTED)]
    if not failures:
        return (
            "a search has a model only after its first evaluation, and this one ended before it; "
            f"give it more time: {go_on}"
        )
    last = failures[-1]
    return f"no trial of study {study.name!r} gave a model. Trial {last.number} ended as {last.end}:\n{last.cause}"


def _formatted(metrics: Mapping[str, float], name: str) -> str:
    return format_measure(name, metrics.get(name))
