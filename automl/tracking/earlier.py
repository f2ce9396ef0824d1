"""What a study had before a search goes on with it, as the news of that search tells it."""

from collections import Counter

from automl.search.contract import keeps_model
from automl.search.events import Best, Earlier
from automl.storage.records import StudyRecord
from trials.record import TrialEnd


def earlier_trials(study: StudyRecord) -> Earlier:
    """The ends of all trials that ended for good, and the best evaluation of each trial whose model may be kept."""
    ended = Counter(trial.end for trial in study.trials)
    ends: dict[TrialEnd, int] = {end: ended[end] for end in TrialEnd if ended[end] and end is not TrialEnd.PREEMPTED}
    candidates = [
        Best(trial.number, trial.best.metrics[study.metric], trial.best.fraction, trial.params)
        for trial in study.trials
        if trial.best is not None
        and study.metric in trial.best.metrics
        and keeps_model(trial.number, trial.end)
        and not study.goals.broken(trial.best.metrics)
    ]
    return Earlier(ends, tuple(candidates))
