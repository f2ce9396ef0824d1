"""The contest for the hand-over: the trials of a search against the best untuned default."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from automl.core import StudyRecord, TrialRecord
from automl.planning import Plan
from automl.selection import (
    Choice,
    ConfirmationResult,
    Evidence,
    EvidenceOfRows,
    best_first,
    choose_model,
    evidence_of_confirmation,
    evidence_of_folds,
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
        chosen: the candidate that is handed over: one of both, or another one.
        choice: which one is handed over, and why.
        optimism: by how much the validation score of `best` is too good; None if it is unknown.
        confirmation: what came of training the best trials again; None if it decided nothing.
    """

    best: Candidate
    default: Candidate | None
    chosen: Candidate
    choice: Choice
    optimism: float | None
    confirmation: ConfirmationResult | None = None

    @property
    def searched(self) -> Candidate:
        """The candidate that shows what the search gained: the chosen one, or the best if that is the default."""
        return self.best if self.choice.keeps_default else self.chosen


def contest(
    plan: Plan,
    study: StudyRecord,
    best: TrialRecord,
    default: TrialRecord | None,
    score: ScoreFunction,
    confirmation: ConfirmationResult | None = None,
    is_here: Callable[[TrialRecord], bool] = lambda _: True,
) -> Contest:
    """Choose which trial is handed over, and score it, the best trial and the best untuned default.

    With constraints or several objectives it is always the best: which trials serve them is no matter of one score.
    The optimism of its validation score follows from the outputs of all models that are kept.

    Args:
        plan: gives the data, the workspace, and the margin of the choice.
        study: the study with its trials.
        best: the trial with the best validation score, or the best mean, whose model is in the workspace.
        default: the best untuned default, whose model is in the workspace; None if there is none.
        score: scores a model in a process of its own.
        confirmation: what came of training the best trials again; None if it decided nothing.
        is_here: returns whether the best model of another trial is in the workspace, and may fetch it.
    """
    folders = plan.workspace.study(study.name)

    def scored(trial: TrialRecord) -> Candidate:
        return candidate(trial, folders.model(trial.number), plan.prepared, score, study.goals)

    leading = scored(best)
    untuned = leading if default is not None and default.number == best.number else None
    if default is not None and untuned is None:
        untuned = scored(default)
    choice = _choice(plan, study, leading, untuned, confirmation, is_here)
    chosen = leading if choice.chosen == best.number or untuned is None else untuned
    if choice.of_chosen is not None:
        chosen = scored(study.trials[choice.chosen])
    is_first = confirmation is None or not confirmation.has_changed  # of others the score is not the best by luck
    found = _optimism(leading, study, folders.model, plan.prepared.scored_labels) if is_first else None
    return Contest(leading, untuned, chosen, choice, found, confirmation)


def _choice(
    plan: Plan,
    study: StudyRecord,
    best: Candidate,
    default: Candidate | None,
    confirmation: ConfirmationResult | None,
    is_here: Callable[[TrialRecord], bool],
) -> Choice:
    goals, margin, dataset = study.goals, plan.experiment.search.margin, plan.prepared.dataset
    if default is None or default is best or not goals.are_plain:
        return choose_model([best.trial], None if default is None else default.trial, lambda _: None, margin)
    confirmed = {} if confirmation is None else {each.trial: each for each in confirmation.finalists}
    rows = None
    if default.validation is not None:
        rows = EvidenceOfRows(goals.first.name, default.validation, plan.prepared.scored_labels)

    def evidence(trial: TrialRecord) -> Evidence | None:
        if trial is not best.trial and not is_here(trial):
            return None
        if trial.folds:
            return evidence_of_folds(goals, dataset.task, trial, default.trial)
        outputs = best.validation
        if trial is not best.trial:
            outputs = plan.prepared.scored_outputs(plan.workspace.study(study.name).model(trial.number))
        if outputs is None or rows is None:
            return None
        found, of_default = rows.of(outputs), confirmed.get(default.trial.number)
        if of_default is None or trial.number not in confirmed:
            return found
        share = len(dataset.validation) / len(dataset.train)
        return evidence_of_confirmation(found, confirmed[trial.number], of_default, goals, dataset.task, share)

    return choose_model(_ranked(study, best.trial, confirmation), default.trial, evidence, margin)


def _ranked(study: StudyRecord, best: TrialRecord, confirmation: ConfirmationResult | None) -> list[TrialRecord]:
    """Return the trials that may be handed over: `best`, the confirmed ones by their means, then others by score."""
    numbers = [best.number, *(trial.number for trial in best_first(study) if trial.state != "RUNNING")]
    if confirmation is not None:
        numbers = [best.number, *(each.trial for each in confirmation.finalists), *numbers]
        numbers = [number for number in numbers if number not in confirmation.failed]
    return [best, *(study.trials[number] for number in dict.fromkeys(numbers) if number != best.number)]


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
