"""The state contract: every trial ends for exactly one reason, and each reason has one effect on each record.

| end | Optuna state | what the sampler learns | MLflow status | model | training state |
|---|---|---|---|---|---|
| completed | COMPLETE | its value at the full budget | FINISHED | kept if in the top K | deleted |
| pruned | PRUNED | its value at the last rung | FINISHED | kept if in the top K | deleted |
| diverged | PRUNED, infeasible | that this corner is no good, and never a NaN | FAILED | deleted | deleted |
| out of memory | PRUNED, infeasible | that this corner is no good | FAILED | deleted | deleted |
| preempted | WAITING, with the same parameters | nothing | KILLED | kept | kept |
| error | FAIL | nothing: the fault may be ours | FAILED | deleted | deleted |

Optuna's TPE does not look at FAIL trials at all, so a trial that must teach infeasibility is PRUNED with a violated
constraint; TPE ranks those below every feasible trial.

Order of the effects: the study first, then the files, then the news to MLflow and the view. Whoever dies in between
leaves a study that is right and a rest that can be mended from it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from trials.protocol import TrialEnd

DEFAULT_TRIAL = 0
"""Trial 0 is the default configuration: never pruned and its model kept, as the report measures gains against it."""


OptunaState: TypeAlias = Literal["COMPLETE", "PRUNED", "WAITING", "FAIL"]
"""Names of `optuna.trial.TrialState`. The states are names here, so that this package needs no Optuna."""


@dataclass(frozen=True)
class EndEffect:
    """What one end does to each record of the trial."""

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
    """Whether the trial's model is still there after `end` (None while it runs), so that it may win."""
    return number == DEFAULT_TRIAL or end is None or EFFECTS[end].keeps_checkpoint
