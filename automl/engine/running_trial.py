"""A trial that runs on a worker, with the results of its earlier attempt in the study."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optuna.trial import Trial

from automl.core import Confirmation
from automl.engine.trial_reporting import TrialReporter
from automl.storage import attributes
from trials.protocol import BUDGET_STEPS, Cost, Evaluation


@dataclass
class RunningTrial:
    """A trial that runs, and its results so far.

    Attributes:
        trial: Optuna's trial.
        stored: steps whose evaluations the study has from an earlier attempt.
        reported: steps at which Optuna has values from an earlier attempt.
        best: the evaluation of the model that is kept; None before there is one.
        value: the first objective at the last evaluation.
        metrics: everything that was measured at the last evaluation.
        cost: the cost so far; None before the first report.
        folds: evaluations of the completed folds of an earlier attempt, if the trial is cross-validated.
        confirms: what the trial confirms; None if the search proposed it.
        until: step at which a confirmation ends.
    """

    trial: Trial
    stored: frozenset[int] = frozenset()
    reported: frozenset[int] = frozenset()
    best: Evaluation | None = None
    value: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    cost: Cost | None = None
    folds: tuple[Evaluation, ...] = ()
    confirms: Confirmation | None = None
    until: int = BUDGET_STEPS


def resume_trial(
    judge: TrialReporter, trial: Trial, metric: str, *, has_model: bool, model_step: int | None = None
) -> RunningTrial:
    """Return the state of a trial that begins or resumes, and complete evaluations that were written only in part.

    If the trial has no model, its evaluations are dropped; Optuna keeps its values. If the model is older than the best
    evaluation, the evaluations are dropped from the first one whose better model is lost. Folds have no model, so their
    evaluations always remain.

    Args:
        judge: reports the missing values to Optuna.
        trial: the trial.
        metric: name of the first objective.
        has_model: whether the model of an earlier attempt exists locally.
        model_step: step at which that model was saved; None if the step is unknown.
    """
    evaluations = attributes.read_evaluations(trial.user_attrs)
    if not evaluations:
        return RunningTrial(trial)
    reported = judge.reported(trial)
    for evaluation in evaluations:  # a driver may have died between the two writes of an evaluation
        if evaluation.step not in reported:
            judge.report(trial, evaluation)
    stored = frozenset(evaluation.step for evaluation in evaluations)
    if folds := tuple(evaluation for evaluation in evaluations if evaluation.fold is not None):
        return RunningTrial(trial, stored, reported | stored, value=folds[-1].metrics[metric], folds=folds)
    gone = stored if not has_model else _after_lost_model(evaluations, model_step)
    for step in gone:
        trial.set_user_attr(attributes.evaluation_key(step), None)
    evaluations = tuple(evaluation for evaluation in evaluations if evaluation.step not in gone)
    if not evaluations:
        return RunningTrial(trial, reported=reported | stored)
    best = next((evaluation for evaluation in reversed(evaluations) if evaluation.is_best), None)
    metrics = evaluations[-1].metrics
    return RunningTrial(trial, stored - gone, reported | stored, best, metrics[metric], metrics)


def _after_lost_model(evaluations: Sequence[Evaluation], model_step: int | None) -> frozenset[int]:
    """Return all steps from the first best evaluation after `model_step` on, as its model is lost."""
    if model_step is None:
        return frozenset()
    lost = min((each.step for each in evaluations if each.is_best and each.step > model_step), default=math.inf)
    return frozenset(each.step for each in evaluations if each.step >= lost)
