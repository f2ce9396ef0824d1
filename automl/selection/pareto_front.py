"""The Pareto front of a study: the trials among which a user can choose."""

from collections.abc import Mapping
from dataclasses import dataclass

from automl.core import StudyRecord, Vector, front


@dataclass(frozen=True)
class ParetoTrial:
    """A trial that no other trial dominates.

    Attributes:
        number: number of the trial.
        values: values of objectives and constraints at its best evaluation, by name.
        keeps_constraints: whether it satisfies all constraints.
    """

    number: int
    values: Mapping[str, float]
    keeps_constraints: bool


def pareto_front(study: StudyRecord) -> list[ParetoTrial]:
    """Return the Pareto front of the feasible trials of `study`, united with that of all its trials.

    Trials are sorted by their losses, the first objective first. Trials that were scored only on a sample, or lack an
    objective, are left out.
    """
    goals = study.goals
    scored = [
        (trial.number, trial.best.metrics)
        for trial in study.proposed
        if trial.best is not None and not trial.best.is_look and all(name in trial.best.metrics for name in goals.names)
    ]
    able = [Vector(goals.violation(metrics), goals.losses(metrics)) for _, metrics in scored]
    chosen = {*front(able), *front([Vector(0.0, vector.losses) for vector in able])}
    found = [
        ParetoTrial(
            scored[index][0],
            {name: scored[index][1][name] for name in goals.watched if name in scored[index][1]},
            able[index].violation <= 0,
        )
        for index in chosen
    ]
    return sorted(found, key=lambda trial: (goals.losses(trial.values), trial.number))
