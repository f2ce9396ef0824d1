"""The schedule of parameters with which a winner of population-based training was trained."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from automl.core import StudyRecord, TrialRecord
from search_spaces import Value
from trials.protocol import BUDGET_STEPS


@dataclass(frozen=True)
class PbtSegment:
    """The part of a training that one trial did.

    Attributes:
        trial: number of the trial.
        begin: step of the budget at which the part begins, from 0 to `BUDGET_STEPS`.
        end: step of the budget at which it ends.
        changed: parameters that differ from those of the parent, by name; empty for the first segment.
    """

    trial: int
    begin: int
    end: int
    changed: Mapping[str, Value] = field(default_factory=dict)

    @property
    def share(self) -> tuple[float, float]:
        """Begin and end as shares of the full budget, from 0 to 1."""
        return self.begin / BUDGET_STEPS, self.end / BUDGET_STEPS


def schedule_of(study: StudyRecord, winner: TrialRecord) -> tuple[PbtSegment, ...]:
    """Return the segments of the winner's training, up to its best evaluation.

    Args:
        study: the study with all trials, among them the parents of the winner.
        winner: the winner.

    Returns:
        The segments in order; empty if the winner continued no other trial.
    """
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
