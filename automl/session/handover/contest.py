"""The contest for the hand-over: the best trial against the best untuned default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from automl.core import StudyRecord, TrialRecord
from automl.planning import Plan
from automl.selection import (
    Choice,
    ConfirmationResult,
    Evidence,
    best_first,
    choose_model,
    evidence_of_confirmation,
    evidence_of_folds,
    evidence_of_rows,
    optimism,
)
from automl.session.handover.candidates import Candidate, candidate, known_outputs
from automl.worker import ScoreFunction
from trials.files import read_validation_logits
from trials.metrics import Logits
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
    """
    folders, outputs = plan.workspace.study(study.name), known_outputs(plan, study)

    def scored(trial: TrialRecord) -> Candidate:
        return candidate(trial, folders.model(trial.number), plan.prepared, score, study.goals)

    found = {best.number: scored(best)}
    if default is not None and default.number not in found:
        found[default.number] = scored(default)
    outputs |= {number: each.validation for number, each in found.items() if each.validation is not None}
    choice = _choice(plan, study, best, default, outputs, confirmation)
    if choice.chosen not in found:
        found[choice.chosen] = scored(study.trials[choice.chosen])
    leading, is_first = found[best.number], confirmation is None or not confirmation.has_changed
    return Contest(
        best=leading,
        default=None if default is None else found[default.number],
        chosen=found[choice.chosen],
        choice=choice,
        # The score of one that is the best in the mean is not the best by luck.
        optimism=_optimism(leading, study, folders.model, plan.prepared.scored_labels) if is_first else None,
        confirmation=confirmation,
    )


def _choice(
    plan: Plan,
    study: StudyRecord,
    best: TrialRecord,
    default: TrialRecord | None,
    outputs: Mapping[int, Logits],
    confirmation: ConfirmationResult | None,
) -> Choice:
    goals, margin, dataset = study.goals, plan.experiment.search.margin, plan.prepared.dataset
    if default is None or default.number == best.number or not goals.are_plain:
        return choose_model([best], default, lambda _: None, margin)
    confirmed = {} if confirmation is None else {each.trial: each for each in confirmation.finalists}

    def evidence(trial: TrialRecord) -> Evidence | None:
        if trial.folds:
            return evidence_of_folds(goals, dataset.task, trial, default)
        if trial.number not in outputs or default.number not in outputs:
            return None
        both = outputs[trial.number], outputs[default.number]
        found = evidence_of_rows(goals.first.name, *both, plan.prepared.scored_labels)
        if trial.number not in confirmed or default.number not in confirmed:
            return found
        means = confirmed[trial.number], confirmed[default.number]
        share = len(dataset.validation) / len(dataset.train)
        return evidence_of_confirmation(found, *means, goals, dataset.task, share)

    return choose_model(_ranked(study, best, outputs, confirmation), default, evidence, margin)


def _ranked(
    study: StudyRecord, best: TrialRecord, outputs: Mapping[int, Logits], confirmation: ConfirmationResult | None
) -> list[TrialRecord]:
    """Return the trials that may be handed over: `best`, the confirmed ones by their means, then others by score."""
    numbers = [best.number, *(trial.number for trial in best_first(study) if trial.number in outputs)]
    if confirmation is not None:
        numbers = [best.number, *(each.trial for each in confirmation.finalists), *numbers]
        numbers = [number for number in numbers if number not in confirmation.failed]
    return [study.trials[number] for number in dict.fromkeys(numbers)]


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
