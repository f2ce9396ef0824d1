"""The state contract: every trial ends for exactly one reason, which determines the effect on each record.

| end | Optuna state | what the sampler learns | MLflow status | model | training state |
|---|---|---|---|---|---|
| completed | COMPLETE | its value at the full budget | FINISHED | kept if in the top K | deleted |
| pruned | PRUNED | its value at the last rung | FINISHED | kept if in the top K | deleted |
| diverged | PRUNED, infeasible | that the point is infeasible; never a NaN | FAILED | deleted | deleted |
| out of memory | PRUNED, infeasible | that the point is infeasible | FAILED | deleted | deleted |
| preempted | WAITING, with the same parameters | nothing | KILLED | kept | kept |
| error | FAIL | nothing: the fault may be in this program | FAILED | deleted | deleted |

Optuna's TPE does not look at FAIL trials at all, so a trial that must teach infeasibility is PRUNED with a violated
constraint; TPE ranks those below every feasible trial.

Order of the effects: the study first, then the files, then the events for MLflow and the view. If the driver dies in
between, the study is correct, and the rest can be repaired from it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from trials.protocol import TrialEnd

DEFAULT_TRIAL = 0
"""Trial 0 is the default configuration. It is never pruned and its model is kept, because reports compare with it."""


OptunaState: TypeAlias = Literal["COMPLETE", "PRUNED", "WAITING", "FAIL"]
"""Names of `optuna.trial.TrialState`, as text, so that this package does not import Optuna."""


@dataclass(frozen=True)
class EndEffect:
    """The effect of one kind of end on each record of the trial.

    Attributes:
        state: the Optuna state.
        infeasible: whether the sampler sees a violated constraint.
        mlflow_status: the status of the MLflow run.
        keeps_checkpoint: whether the model may be kept.
    """

    state: OptunaState
    infeasible: bool
    mlflow_status: str
    keeps_checkpoint: bool


EFFECTS: dict[TrialEnd, EndEffect] = {
    TrialEnd.COMPLETED: EndEffect("COMPLETE", False, "FINISHED", True),
    TrialEnd.PRUNED: EndEffect("PRUNED", False, "FINISHED", True),
    TrialEnd.DIVERGED: EndEffect("PRUNED", True, "FAILED", False),
    TrialEnd.OUT_OF_MEMORY: EndEffect("PRUNED", True, "FAILED", False),
    TrialEnd.PREEMPTED: EndEffect("WAITING", False, "KILLED", True),
    TrialEnd.ERROR: EndEffect("FAIL", False, "FAILED", False),
}


def keeps_model(number: int, end: TrialEnd | None) -> bool:
    """Return whether the trial's model may still exist, so that the trial can win.

    Args:
        number: number of the trial; the model of `DEFAULT_TRIAL` is always kept.
        end: the kind of end; None while the trial runs or waits.
    """
    return number == DEFAULT_TRIAL or end is None or EFFECTS[end].keeps_checkpoint
