"""The Pareto front of a study: what a user may choose from, beside the winner."""

from collections.abc import Mapping
from dataclasses import dataclass

from automl.core import StudyRecord, Vector, front


@dataclass(frozen=True)
class ParetoTrial:
    """A trial that no other one beats in all objectives.

    `values` are those of the objectives, and of what constraints bound, at its best evaluation; `keeps_constraints`
    says whether it keeps all of them.
    """

    number: int
    values: Mapping[str, float]
    keeps_constraints: bool


def pareto_front(study: StudyRecord) -> list[ParetoTrial]:
    """The trials that nothing dominates: of all that keep the constraints, and of all there are.

    The best one by the first objective comes first. What was only looked at is left out.
    """
    goals = study.goals
    scored = [
        (trial.number, trial.best.metrics)
        for trial in study.trials
        if trial.best is not None and not trial.best.is_look and all(name in trial.best.metrics for name in goals.names)
    ]
    able = [Vector(goals.violation(metrics), goals.losses(metrics)) for _, metrics in scored]
    chosen = {*front(able), *front([Vector(0.0, vector.losses) for vector in able])}
    found = [
        ParetoTrial(
            scored[place][0],
            {name: scored[place][1][name] for name in goals.watched if name in scored[place][1]},
            able[place].violation <= 0,
        )
        for place in chosen
    ]
    return sorted(found, key=lambda trial: (goals.losses(trial.values), trial.number))
