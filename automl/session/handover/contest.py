"""The contest for the hand-over: the best trial against the best untuned default."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from automl.core import Goals, StudyRecord, TrialRecord
from automl.planning import Plan
from automl.selection import (
    Choice,
    ConfirmationResult,
    choose_model,
    evidence_of_confirmation,
    evidence_of_folds,
    evidence_of_rows,
    optimism,
)
from automl.session.handover.candidates import Candidate, candidate
from automl.worker import ScoreFunction
from trials.files import read_validation_logits
from trials.tasks import LabelArray


@dataclass(frozen=True)
class Contest:
    """The models between which the hand-over chooses, and the choice.

    An ensemble is no candidate here: it is compared with the chosen model afterwards.

    Attributes:
        best: the candidate with the best validation score, or the best mean where trials were confirmed.
        default: the best untuned default, which may be the same; None if none has a model.
        choice: which of both is handed over, and why.
        optimism: by how much the validation score of `best` is too good; None if it is unknown.
        confirmation: what came of training the best trials again; None if it decided nothing.
    """

    best: Candidate
    default: Candidate | None
    choice: Choice
    optimism: float | None
    confirmation: ConfirmationResult | None = None

    @property
    def chosen(self) -> Candidate:
        """The candidate that is handed over."""
        return self.default if self.default is not None and self.choice.passes_over else self.best


def contest(
    plan: Plan,
    study: StudyRecord,
    best: TrialRecord,
    default: TrialRecord | None,
    score: ScoreFunction,
    confirmation: ConfirmationResult | None = None,
) -> Contest:
    """Score the best trial and the best untuned default, and choose which of them is handed over.

    With constraints or several objectives it is always the best: which trials serve them is no matter of one score.
    The optimism of its validation score follows from the outputs of all models that are kept.

    Args:
        plan: gives the data, the workspace, and the margin of the choice.
        study: the study with its trials.
        best: the trial with the best validation score, or the best mean, whose model is in the workspace.
        default: the best untuned default, whose model is in the workspace; None if there is none.
        score: scores a model in a process of its own.
        confirmation: what came of training the best trials again; None if it decided nothing.
    """
    goals, folders = study.goals, plan.workspace.study(study.name)
    leading = candidate(best, folders.model(best.number), plan.prepared, score, goals)
    untuned = None
    if default is not None:
        is_best = default.number == best.number
        untuned = leading if is_best else candidate(default, folders.model(default.number), plan.prepared, score, goals)
    labels = plan.prepared.scored_labels
    choice = _choice(leading, untuned, goals, labels, plan.experiment.search.margin, confirmation)
    is_first = confirmation is None or not confirmation.has_changed  # of others the score is not the best by luck
    found = _optimism(leading, study, folders.model, labels) if is_first else None
    return Contest(leading, untuned, choice, found, confirmation)


def _choice(
    best: Candidate,
    default: Candidate | None,
    goals: Goals,
    labels: LabelArray,
    margin: float,
    confirmation: ConfirmationResult | None,
) -> Choice:
    evidence = None
    if goals.are_plain and default is not None and default is not best:
        if best.trial.folds:
            evidence = evidence_of_folds(goals, best.trial, default.trial)
        elif best.validation is not None and default.validation is not None:
            evidence = evidence_of_rows(goals.first.name, best.validation, default.validation, labels)
            numbers = best.trial.number, default.trial.number
            evidence = evidence_of_confirmation(goals, evidence, confirmation, *numbers)
    return choose_model(best.trial, None if default is None else default.trial, evidence, margin)


def _optimism(best: Candidate, study: StudyRecord, models: Callable[[int], Path], labels: LabelArray) -> float | None:
    """Return the optimism of the best validation score; None if it cannot be estimated."""
    if best.validation is None or not study.goals.are_plain:
        return None
    logits = {best.trial.number: best.validation}
    for trial in study.proposed:
        kept = None if trial.number in logits else read_validation_logits(models(trial.number))
        if kept is not None and kept.shape == best.validation.shape:
            logits[trial.number] = kept
    found = optimism(study.goals.first.name, logits, best.trial.number, labels)
    return found if len(logits) > 1 or found > 0 else None
