"""Which trials of a study are shown, and in which order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from automl.core import StudyRecord, TrialRecord, UsageError, unknown_name
from automl.report.formatting import short_names
from automl.report.result_json import UNFINISHED
from automl.report.trials.ranking import best_value, ranked
from search_spaces import Value, algorithm_of

_Key: TypeAlias = Callable[[StudyRecord, TrialRecord], Value | None]

_COLUMNS: Mapping[str, _Key] = {
    "trial": lambda study, trial: trial.number,
    "end": lambda study, trial: UNFINISHED if trial.end is None else trial.end.value,
    "last": lambda study, trial: trial.value,
    "best": best_value,
    "budget": lambda study, trial: trial.fraction,
    "seconds": lambda study, trial: None if trial.cost is None else trial.cost.seconds,
    "algorithm": lambda study, trial: algorithm_of(trial.params),
}
"""The columns of every study, by name."""


@dataclass(frozen=True)
class TrialChoice:
    """The trials that a view shows.

    Attributes:
        top: only this many trials, the best ones; None: all.
        sort: the column that orders the trials: `trial`, `end`, `last`, `best`, `budget`, `seconds`, `algorithm`, an
            objective, or a parameter by its full or its short name. Scores begin with the best one, all else with the
            smallest; trials without a value come last.
    """

    top: int | None = None
    sort: str = "trial"

    def of(self, study: StudyRecord) -> list[TrialRecord]:
        """Return the trials of `study` that are shown, in order.

        Raises:
            UsageError: the study has no column `sort`.
        """
        key, descending = self._key(study)
        chosen = _best(study, self.top)
        with_value = [trial for trial in chosen if key(study, trial) is not None]
        without = [trial for trial in chosen if key(study, trial) is None]
        with_value.sort(key=lambda trial: _comparable(key(study, trial)), reverse=descending)
        return with_value + without

    def _key(self, study: StudyRecord) -> tuple[_Key, bool]:
        objectives = {objective.name: objective for objective in study.goals.objectives}
        parameters = list(dict.fromkeys(name for trial in study.trials for name in trial.params))
        shorts = {short: name for name, short in short_names(parameters).items()}
        name = self.sort
        if name in _COLUMNS:
            descending = name in ("last", "best") and study.goals.first.maximize
            return _COLUMNS[name], descending
        if name in study.goals.watched:
            descending = name in objectives and objectives[name].maximize
            return lambda study, trial: trial.best.metrics.get(name) if trial.best else None, descending
        full = name if name in parameters else shorts.get(name)
        if full is None:
            raise UsageError(unknown_name("column", name, [*_COLUMNS, *study.goals.watched, *shorts]))
        return lambda study, trial: trial.params.get(full), False


def _best(study: StudyRecord, top: int | None) -> list[TrialRecord]:
    """Return the best `top` trials in the order of their numbers; all if it is None."""
    if top is None:
        return list(study.trials)
    without_value = [trial for trial in study.proposed if trial.best is None]
    return sorted((ranked(study) + without_value)[:top], key=lambda trial: trial.number)


def _comparable(value: Value | None) -> tuple[bool, float, str]:
    """Return a key that orders numbers before texts."""
    return (True, 0.0, value) if isinstance(value, str) else (False, float(value or 0), "")
