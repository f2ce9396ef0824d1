"""A trial that runs on a worker, with the results of its earlier attempt in the study."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from optuna.trial import Trial

from automl.core import Confirmation
from automl.engine.trial_reporting import TrialReporter
from automl.storage import attributes
from trials.protocol import Cost, Evaluation, TrialEnd

MOST_LOSSES = 2
"""Retries of a trial whose worker died without any progress; after that, the trial itself counts as the cause."""


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


def note_evaluation(running: RunningTrial, evaluation: Evaluation, judge: TrialReporter, metric: str) -> bool:
    """Store an evaluation of a trial, and report it to Optuna.

    Args:
        running: the trial.
        evaluation: the evaluation.
        judge: reports it.
        metric: the first objective.

    Returns:
        Whether it is new. A trial that began again repeats evaluations that the study has.
    """
    trial = running.trial
    if evaluation.step in running.stored and not evaluation.is_best:
        return False
    running.value, running.metrics = evaluation.metrics[metric], evaluation.metrics
    if evaluation.is_best:
        running.best = evaluation
        _forget_after(running, evaluation.step)
    trial.set_user_attr(attributes.evaluation_key(evaluation.step), asdict(evaluation))
    note_members(running)
    if evaluation.step not in running.reported:
        judge.report(trial, evaluation)
        if trial.user_attrs.get(attributes.LOSSES):
            trial.set_user_attr(attributes.LOSSES, 0)  # the trial made progress, so its retries start anew
    return True


def note_loss(running: RunningTrial, cause: str, *, out_of_memory: bool) -> tuple[TrialEnd, str]:
    """Count that the worker of a trial died.

    Args:
        running: the trial.
        cause: the reason, for the user.
        out_of_memory: the worker was killed for memory; the trial then splits its batches into twice as many parts.

    Returns:
        How the trial ends by that, and the cause: it is requeued until its retries are used up.
    """
    trial = running.trial
    losses = trial.user_attrs.get(attributes.LOSSES, 0) + 1
    trial.set_user_attr(attributes.LOSSES, losses)
    if out_of_memory:
        trial.set_user_attr(attributes.BATCH_PARTS, 2 * trial.user_attrs.get(attributes.BATCH_PARTS, 1))
    if losses <= MOST_LOSSES:
        return TrialEnd.PREEMPTED, cause
    if out_of_memory:
        return TrialEnd.OUT_OF_MEMORY, cause
    return TrialEnd.ERROR, f"its worker died {losses} times; the last time: {cause}"


def note_members(running: RunningTrial) -> None:
    """Store among how many trials the time of this one is divided, unless it was always alone."""
    members = 1.0 if running.cost is None else running.cost.members
    if members > 1 or attributes.MEMBERS in running.trial.user_attrs:
        running.trial.set_user_attr(attributes.MEMBERS, members)


def _forget_after(running: RunningTrial, step: int) -> None:
    """Drop later evaluations of the earlier attempt: the trial has a new model, and theirs is lost."""
    gone = {later for later in running.stored if later > step}
    for later in gone:
        running.trial.set_user_attr(attributes.evaluation_key(later), None)
    running.stored -= gone
