"""What a trial came to at each evaluation, where one value is not enough: several objectives, or constraints.

Optuna's trials keep one value a step, and none in a study of several objectives. So these are kept beside them.
"""

import math
from collections.abc import Mapping

from optuna.trial import FrozenTrial, TrialState

from automl.core import Goals, Vector
from automl.storage.cache import CachedStorage

VECTORS = "automl.vectors"
"""The system attribute: by step, how much the constraints are missed, and then the losses."""


def vectors_of(trial: FrozenTrial) -> dict[int, Vector]:
    """By step, what was noted of a trial."""
    noted: Mapping[str, list[float]] = trial.system_attrs.get(VECTORS, {})
    return {int(step): Vector(numbers[0], tuple(numbers[1:])) for step, numbers in noted.items()}


def note_vector(
    mirror: CachedStorage, trial: FrozenTrial, step: int, metrics: Mapping[str, float], goals: Goals
) -> None:
    """Notes what a trial came to at `step`, beside what was noted before."""
    noted = trial.system_attrs.get(VECTORS, {})
    numbers = [goals.violation(metrics), *goals.losses(metrics)]
    mirror.set_trial_system_attr(trial._trial_id, VECTORS, {**noted, str(step): numbers})


def violation_of(trial: FrozenTrial) -> float:
    """By how much an ended trial misses what Optuna was told to demand of it; 0 where it does not."""
    return sum(max(0.0, excess) for excess in trial.constraints.values())


def last_losses(trial: FrozenTrial, signs: tuple[float, ...]) -> tuple[float, ...] | None:
    """What a trial came to at its end, or where it was stopped; None for one that came to nothing.

    `signs` are those of `SingleStudyStorage`. Of one objective an infinite value is none, and a NaN neither.
    """
    if trial.state == TrialState.COMPLETE:
        return tuple(sign * value for sign, value in zip(signs, trial.values, strict=True))
    return losses_so_far(trial, signs) if trial.state == TrialState.PRUNED else None


def losses_so_far(trial: FrozenTrial, signs: tuple[float, ...]) -> tuple[float, ...] | None:
    """What a trial that runs, or was stopped, came to last; None before it has been scored."""
    if noted := vectors_of(trial):
        return noted[max(noted)].losses
    values = trial.intermediate_values
    if len(signs) > 1 or not values or not math.isfinite(last := values[max(values)]):
        return None
    return (signs[0] * last,)


def losses_by_step(trial: FrozenTrial, signs: tuple[float, ...]) -> dict[int, tuple[float, ...]]:
    """What a trial came to at each of its evaluations; less is better."""
    if noted := vectors_of(trial):
        return {step: vector.losses for step, vector in noted.items()}
    values = trial.intermediate_values if len(signs) == 1 else {}
    return {step: (signs[0] * value,) for step, value in values.items() if math.isfinite(value)}
