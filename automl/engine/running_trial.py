"""A trial that a worker has, with what the study knows of an earlier try of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optuna.trial import Trial

from automl.engine.trial_reporting import TrialReporter
from automl.storage import attributes
from trials.protocol import Cost, Evaluation


@dataclass
class RunningTrial:
    """From an earlier try the study may have the evaluations of the steps `told`, and Optuna values at `reported`.

    Of a trial that is cross-validated, `folds` has those of the folds that are done. `value` is the first objective at
    the last evaluation, and `metrics` is all that was measured there.
    """

    trial: Trial
    told: frozenset[int] = frozenset()
    reported: frozenset[int] = frozenset()
    best: Evaluation | None = None
    value: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    cost: Cost | None = None
    folds: tuple[Evaluation, ...] = ()


def resume_trial(
    judge: TrialReporter, trial: Trial, metric: str, *, has_model: bool, model_step: int | None = None
) -> RunningTrial:
    """A trial that begins, or begins again. What only half stands in the study is made whole.

    Without its model here, its evaluations tell of nothing that exists, and are dropped; Optuna keeps its values. Where
    the model is that of `model_step`, those are dropped from the first on that told of a better one. But folds have no
    model, and what they gave stands wherever the trial goes on.
    """
    evaluations = attributes.read_evaluations(trial.user_attrs)
    if not evaluations:
        return RunningTrial(trial)
    reported = judge.reported(trial)
    for evaluation in evaluations:  # a driver may have died between the two writes of an evaluation
        if evaluation.step not in reported:
            judge.report(trial, evaluation)
    told = frozenset(evaluation.step for evaluation in evaluations)
    if folds := tuple(evaluation for evaluation in evaluations if evaluation.fold is not None):
        return RunningTrial(trial, told, reported | told, value=folds[-1].metrics[metric], folds=folds)
    gone = told if not has_model else _after_lost_model(evaluations, model_step)
    for step in gone:
        trial.set_user_attr(attributes.evaluation_key(step), None)
    evaluations = tuple(evaluation for evaluation in evaluations if evaluation.step not in gone)
    if not evaluations:
        return RunningTrial(trial, reported=reported | told)
    best = next((evaluation for evaluation in reversed(evaluations) if evaluation.is_best), None)
    metrics = evaluations[-1].metrics
    return RunningTrial(trial, told - gone, reported | told, best, metrics[metric], metrics)


def _after_lost_model(evaluations: Sequence[Evaluation], model_step: int | None) -> frozenset[int]:
    """The steps from the first on whose model was better than that of `model_step`, and is not here."""
    if model_step is None:
        return frozenset()
    lost = min((each.step for each in evaluations if each.is_best and each.step > model_step), default=math.inf)
    return frozenset(each.step for each in evaluations if each.step >= lost)
