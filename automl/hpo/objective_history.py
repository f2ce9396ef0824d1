"""The results of a trial at each evaluation, for several objectives or constraints.

Optuna keeps one value for each step, and none in a study of several objectives. So vectors are kept as a system
attribute. Like Optuna's own values they are a projection of the evaluations, for pruners and samplers.
"""

import math
from collections.abc import Mapping

from optuna.trial import FrozenTrial, TrialState

from automl.core import Goals, Vector
from automl.storage.cache import CachedStorage

VECTORS = "automl.vectors"
"""The system attribute: for each step, the constraint violation, followed by the losses."""


def vectors_of(trial: FrozenTrial) -> dict[int, Vector]:
    """Return the vectors that `note_vector` has stored of `trial`, by step."""
    noted: Mapping[str, list[float]] = trial.system_attrs.get(VECTORS, {})
    return {int(step): Vector(numbers[0], tuple(numbers[1:])) for step, numbers in noted.items()}


def note_vector(
    mirror: CachedStorage, trial: FrozenTrial, step: int, metrics: Mapping[str, float], goals: Goals
) -> None:
    """Store the vector of a trial at a step: its constraint violation and its losses. Earlier steps are kept.

    Args:
        mirror: the cached storage of the study.
        trial: the trial, with its current system attributes.
        step: the step of the evaluation.
        metrics: the measurements of the evaluation, by name.
        goals: the objectives and constraints.
    """
    noted = trial.system_attrs.get(VECTORS, {})
    numbers = [goals.violation(metrics), *goals.losses(metrics)]
    mirror.set_trial_system_attr(trial._trial_id, VECTORS, {**noted, str(step): numbers})


def violation_of(trial: FrozenTrial) -> float:
    """Return the sum of all positive constraint values of the ended `trial`; 0 if it satisfies all constraints."""
    return sum(max(0.0, excess) for excess in trial.constraints.values())


def last_losses(trial: FrozenTrial, signs: tuple[float, ...]) -> tuple[float, ...] | None:
    """Return the losses of a trial at its end, or where it was pruned.

    Args:
        trial: the trial.
        signs: factors that turn values into losses, as in `SingleStudyStorage`.

    Returns:
        None if the trial failed or still runs, or was pruned without a usable value.
    """
    if trial.state == TrialState.COMPLETE:
        return tuple(sign * value for sign, value in zip(signs, trial.values, strict=True))
    return losses_so_far(trial, signs) if trial.state == TrialState.PRUNED else None


def losses_so_far(trial: FrozenTrial, signs: tuple[float, ...]) -> tuple[float, ...] | None:
    """Return the latest losses of a trial that runs or was pruned; None before its first (finite) value."""
    if noted := vectors_of(trial):
        return noted[max(noted)].losses
    values = trial.intermediate_values
    if len(signs) > 1 or not values or not math.isfinite(last := values[max(values)]):
        return None
    return (signs[0] * last,)


def losses_by_step(trial: FrozenTrial, signs: tuple[float, ...]) -> dict[int, tuple[float, ...]]:
    """Return the losses of a trial (smaller is better) at each evaluation, by step."""
    if noted := vectors_of(trial):
        return {step: vector.losses for step, vector in noted.items()}
    values = trial.intermediate_values if len(signs) == 1 else {}
    return {step: (signs[0] * value,) for step, value in values.items() if math.isfinite(value)}
