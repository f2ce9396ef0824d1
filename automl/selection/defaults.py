"""The untuned defaults of a search: the trials that ran the default point of an algorithm."""

from collections.abc import Collection, Mapping

from automl.core import DEFAULT_TRIAL, StudyRecord, TrialRecord
from automl.selection.ranking import standing
from search_spaces import Value


def is_default(number: int, params: Mapping[str, Value], defaults: Collection[Mapping[str, Value]]) -> bool:
    """Return whether a trial runs the default point of an algorithm.

    Args:
        number: number of the trial; trial 0 always does.
        params: its parameters by name.
        defaults: the default point of each algorithm of the space.
    """
    return number == DEFAULT_TRIAL or any(params == default for default in defaults)


def untuned_defaults(study: StudyRecord, defaults: Collection[Mapping[str, Value]]) -> list[TrialRecord]:
    """Return the trials of default points that have a score, the best by validation first.

    Trial 0 is among them even without a score, as the last one.

    Args:
        study: the study with its trials.
        defaults: the default point of each algorithm of the space.
    """
    own = [trial for trial in study.proposed if is_default(trial.number, trial.params, defaults)]
    ranked = {trial.number: standing(trial.number, trial.best, trial.cost, study.goals) for trial in own if trial.best}
    scored = sorted((trial for trial in own if trial.number in ranked), key=lambda trial: ranked[trial.number])
    return [*scored, *(trial for trial in own if trial.number == DEFAULT_TRIAL and trial.best is None)]
