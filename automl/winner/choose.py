"""Which trial won."""

from collections.abc import Callable

from automl.storage.records import StudyRecord, TrialRecord
from automl.winner.standing import Standing, standing
from trials.record import Evaluation, TrialEnd


def choose_winner(study: StudyRecord, has_checkpoint: Callable[[int], bool]) -> TrialRecord | None:
    """The trial whose best evaluation has the best metric, among those whose model still exists; None without one.

    Any end qualifies, because a model that was stopped early may still be the best one. Equal scores go by
    `standing`.

    Args:
        study: the study, which says what its metric is and whether to maximize it.
        has_checkpoint: whether the trial of this number still has its model.
    """
    ranked = [
        (_rank(study, trial, trial.best), trial)
        for trial in study.trials
        if trial.best is not None and has_checkpoint(trial.number)
    ]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def best_first(study: StudyRecord) -> list[TrialRecord]:
    """The trials with a score on the whole validation split, the best one first, whatever became of their models."""
    scored = [(trial, trial.best) for trial in study.trials if trial.best is not None and not trial.best.is_look]
    return [trial for trial, best in sorted(scored, key=lambda pair: _rank(study, *pair))]


def _rank(study: StudyRecord, trial: TrialRecord, best: Evaluation) -> Standing:
    return standing(trial.number, best, trial.cost, study.goals)


def why_no_model(study: StudyRecord, resume: str) -> str:
    """What to tell the user of a study without a model: the last failure, or that its time was too short.

    `resume` is the command that goes on with it.
    """
    failures = [trial for trial in study.trials if trial.end not in (None, TrialEnd.PREEMPTED)]
    if not failures:
        return (
            "a search must finish at least one evaluation to have a model, and this one ended before its first; "
            f"give it more time: {resume}"
        )
    last = failures[-1]
    return f"no trial of study {study.name!r} gave a model. Trial {last.number} ended as {last.end}:\n{last.cause}"
