"""The order of trials: who wins, and which come first."""

from automl.core import StudyRecord, TrialRecord, keeps_model
from automl.selection import choose_winner, confirmation_of


def winner_of(study: StudyRecord) -> TrialRecord | None:
    """Return the trial of `study` that wins by its score or, if it was confirmed, by its mean; None without a model."""
    with_model = {trial.number for trial in study.proposed if keeps_model(trial.number, trial.end)}
    best, confirmed = choose_winner(study, with_model.__contains__), confirmation_of(study, with_model.__contains__)
    if best is None or confirmed is None or confirmed.leader != best.number:
        return best
    return study.trials[confirmed.winner]


def best_value(study: StudyRecord, trial: TrialRecord) -> float | None:
    """Return the study's first objective at the evaluation whose model is kept; None without an evaluation.

    Args:
        study: the study.
        trial: one of its trials.
    """
    return None if trial.best is None else trial.best.metrics[study.goals.first.name]


def deviation(study: StudyRecord, trial: TrialRecord) -> float | None:
    """Return the standard deviation of the first objective over the folds; None without folds."""
    if trial.best is None or trial.best.deviations is None:
        return None
    return trial.best.deviations[study.goals.first.name]


def ranked(study: StudyRecord) -> list[TrialRecord]:
    """Return the trials with a value, best first; those whose model is deleted come last."""

    def rank(trial: TrialRecord) -> tuple[bool, float]:
        value = best_value(study, trial) or 0.0
        return not keeps_model(trial.number, trial.end), -value if study.goals.first.maximize else value

    return sorted((trial for trial in study.proposed if trial.best is not None), key=rank)
