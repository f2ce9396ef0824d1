"""The Pareto front of a study: the trials among which a user can choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from automl.core import Goals, StudyRecord, Vector, front


@dataclass(frozen=True)
class ParetoTrial:
    """A trial that no other trial dominates.

    Attributes:
        number: number of the trial; None for the mean of several that is handed over.
        values: values of objectives and constraints at its best evaluation, by name.
        keeps_constraints: whether it satisfies all constraints.
    """

    number: int | None
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
    found = [
        ParetoTrial(
            scored[index][0],
            {name: scored[index][1][name] for name in goals.watched if name in scored[index][1]},
            able[index].violation <= 0,
        )
        for index in _in_front(able)
    ]
    return _sorted(found, goals)


def with_ensemble(members: Sequence[ParetoTrial], goals: Goals, metrics: Mapping[str, float]) -> list[ParetoTrial]:
    """Return a Pareto front after an ensemble has come to it, which may dominate others or be dominated.

    Args:
        members: the front of the trials.
        goals: the objectives and constraints.
        metrics: scores and costs of the ensemble; without one of the objectives it is left out.
    """
    if any(name not in metrics for name in goals.names):
        return list(members)
    values = {name: metrics[name] for name in goals.watched if name in metrics}
    every = [*members, ParetoTrial(None, values, not goals.broken(metrics))]
    vectors = [Vector(goals.violation(each.values), goals.losses(each.values)) for each in every]
    return _sorted([every[index] for index in _in_front(vectors)], goals)


def _in_front(vectors: Sequence[Vector]) -> set[int]:
    """Return the indices of the front with the constraints, and of that without them."""
    return {*front(vectors), *front([Vector(0.0, vector.losses) for vector in vectors])}


def _sorted(found: Sequence[ParetoTrial], goals: Goals) -> list[ParetoTrial]:
    return sorted(found, key=lambda each: (goals.losses(each.values), -1 if each.number is None else each.number))
