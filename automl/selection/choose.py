"""Which trial won."""

from collections.abc import Callable

from automl.core import StudyRecord, TrialRecord
from automl.selection.ranking import Standing, in_order_of_worth, standing
from trials.protocol import Evaluation


def choose_winner(study: StudyRecord, has_checkpoint: Callable[[int], bool]) -> TrialRecord | None:
    """The trial whose best evaluation has the best first objective, among those whose model still exists.

    Any end qualifies, because a model that was stopped early may still be the best one. One that breaks a constraint
    does not. Equal scores go by `standing`.

    Args:
        study: the study, which says what its objectives and constraints are.
        has_checkpoint: whether the trial of this number still has its model.

    Returns:
        The winner; None where no model exists, or none keeps all constraints.
    """
    closest = closest_to_win(study, has_checkpoint)
    if closest is None or closest.best is None or study.goals.broken(closest.best.metrics):
        return None
    return closest


def closest_to_win(study: StudyRecord, has_checkpoint: Callable[[int], bool]) -> TrialRecord | None:
    """The winner or, where all models break a constraint, the one that misses by the least."""
    ranked = [
        (_rank(study, trial, trial.best), trial)
        for trial in study.trials
        if trial.best is not None and has_checkpoint(trial.number)
    ]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def best_first(study: StudyRecord) -> list[TrialRecord]:
    """The trials with a score on the whole validation split, the best one first, whatever became of their models.

    Of several objectives, those of the Pareto front come before others.
    """
    scored = {trial.number: trial for trial in study.trials if trial.best is not None and not trial.best.is_look}
    ranked = {number: _rank(study, trial, trial.best) for number, trial in scored.items() if trial.best is not None}
    return [scored[number] for number in in_order_of_worth(ranked)]


def _rank(study: StudyRecord, trial: TrialRecord, best: Evaluation) -> Standing:
    return standing(trial.number, best, trial.cost, study.goals)
