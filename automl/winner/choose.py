"""Which trial won."""

import math
from collections.abc import Callable

from automl.storage.records import StudyRecord, TrialRecord
from trials.record import Evaluation, TrialEnd

LOG_LOSS = "log_loss"
"""One of `trials.metrics.METRICS`."""


def choose_winner(study: StudyRecord, has_checkpoint: Callable[[int], bool]) -> TrialRecord | None:
    """The trial whose best evaluation has the best metric, among those whose model still exists; None without one.

    Any end qualifies, because a model that was stopped early may still be the best one. Equal scores go to the lower
    log loss, which the same rows tell more finely, then to the smaller model, then to the earlier trial.

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


def _rank(study: StudyRecord, trial: TrialRecord, best: Evaluation) -> tuple[bool, float, float, float, int]:
    """Smaller is better; no two trials are equal, because their numbers differ.

    A model that was scored on a sample only is better than nothing, and than nothing else.
    """
    value = best.metrics[study.metric]
    parameters = trial.cost.parameters if trial.cost is not None else math.inf
    log_loss = best.metrics.get(LOG_LOSS, math.inf)
    return (best.is_look, -value if study.maximize else value, log_loss, parameters, trial.number)


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
