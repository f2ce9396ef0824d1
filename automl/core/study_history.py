"""The state of a study before a search resumes it, for the start event of that search."""

from collections import Counter

from automl.core.events import BestEvaluation, StudyHistory
from automl.core.records import StudyRecord
from automl.core.trial_states import keeps_model
from trials.protocol import TrialEnd


def earlier_trials(study: StudyRecord) -> StudyHistory:
    """Return the ends and the candidates of the trials of `study`.

    Preempted trials are not counted. Candidates are trials whose model is kept and satisfies all constraints.
    """
    ended = Counter(trial.end for trial in study.trials)
    ends: dict[TrialEnd, int] = {end: ended[end] for end in TrialEnd if ended[end] and end is not TrialEnd.PREEMPTED}
    candidates = [
        BestEvaluation(trial.number, trial.best.metrics[study.goals.first.name], trial.best.fraction, trial.params)
        for trial in study.trials
        if trial.best is not None
        and study.goals.first.name in trial.best.metrics
        and keeps_model(trial.number, trial.end)
        and not study.goals.broken(trial.best.metrics)
    ]
    return StudyHistory(ends, tuple(candidates))
