"""Selects the winner among the trials of a study."""

from collections.abc import Callable

from automl.core import StudyRecord, TrialRecord
from automl.selection.ranking import Standing, in_order_of_worth, standing
from trials.protocol import Evaluation


def choose_winner(study: StudyRecord, has_checkpoint: Callable[[int], bool]) -> TrialRecord | None:
    """Return the trial whose best evaluation has the best first objective, among those whose model still exists.

    Any end qualifies, because the model of a pruned trial may be the best one. A model that violates a constraint does
    not qualify. `standing` breaks ties.

    Args:
        study: the study with its trials, objectives and constraints.
        has_checkpoint: returns whether the model of a trial, given by its number, still exists.

    Returns:
        The winner; None if no model exists, or none satisfies all constraints.
    """
    closest = closest_to_win(study, has_checkpoint)
    if closest is None or closest.best is None or study.goals.broken(closest.best.metrics):
        return None
    return closest


def closest_to_win(study: StudyRecord, has_checkpoint: Callable[[int], bool]) -> TrialRecord | None:
    """Return the winner or, if all models violate a constraint, the trial with the smallest violation.

    Args:
        study: the study with its trials, objectives and constraints.
        has_checkpoint: returns whether the model of a trial, given by its number, still exists.

    Returns:
        The trial; None if no model exists.
    """
    ranked = [
        (_rank(study, trial, trial.best), trial)
        for trial in study.proposed
        if trial.best is not None and has_checkpoint(trial.number)
    ]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def best_first(study: StudyRecord) -> list[TrialRecord]:
    """Return the trials of `study` with a score on the whole validation split, best first, with or without a model.

    With several objectives, the trials of the Pareto front come before others.
    """
    scored = {trial.number: trial for trial in study.proposed if trial.best is not None and not trial.best.is_look}
    ranked = {number: _rank(study, trial, trial.best) for number, trial in scored.items() if trial.best is not None}
    return [scored[number] for number in in_order_of_worth(ranked)]


def _rank(study: StudyRecord, trial: TrialRecord, best: Evaluation) -> Standing:
    return standing(trial.number, best, trial.cost, study.goals)
