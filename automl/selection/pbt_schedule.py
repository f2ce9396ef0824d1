"""What a winner of population-based training was trained with, stretch by stretch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from automl.core import StudyRecord, TrialRecord
from search_spaces import Value
from trials.protocol import BUDGET_STEPS


@dataclass(frozen=True)
class PbtSegment:
    """What `trial` did of the training, from one step of the budget to another, and what it changed for that.

    The first one of a schedule has changed nothing: its parameters are what it began with.
    """

    trial: int
    begin: int
    end: int
    changed: Mapping[str, Value] = field(default_factory=dict)

    @property
    def share(self) -> tuple[float, float]:
        """Where it lies in the full budget, from 0 to 1."""
        return self.begin / BUDGET_STEPS, self.end / BUDGET_STEPS


def schedule_of(study: StudyRecord, winner: TrialRecord) -> tuple[PbtSegment, ...]:
    """How the winner's model was trained, up to the evaluation that won; nothing unless it inherited a training."""
    stretches: list[PbtSegment] = []
    trial, end = winner, winner.best.step if winner.best else 0
    while trial.lineage is not None and trial.lineage.parent is not None and trial.inherited:
        parent = study.trials[trial.lineage.parent]
        changed = {name: value for name, value in trial.params.items() if parent.params.get(name) != value}
        stretches.append(PbtSegment(trial.number, trial.inherited, end, changed))
        trial, end = parent, trial.inherited
    if not stretches:
        return ()
    return (PbtSegment(trial.number, 0, end), *reversed(stretches))
