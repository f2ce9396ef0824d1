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

from optuna.trial import TrialState

from trials.record import TrialEnd

DEFAULT_TRIAL = 0
"""Trial 0 is the default configuration: never pruned and its model kept, as the report measures gains against it."""


@dataclass(frozen=True)
class Effect:
    """What one end does to each record of the trial."""

    state: TrialState
    infeasible: bool
    mlflow_status: str
    keeps_checkpoint: bool


EFFECTS: dict[TrialEnd, Effect] = {
    TrialEnd.COMPLETED: Effect(TrialState.COMPLETE, False, "FINISHED", True),
    TrialEnd.PRUNED: Effect(TrialState.PRUNED, False, "FINISHED", True),
    TrialEnd.DIVERGED: Effect(TrialState.PRUNED, True, "FAILED", False),
    TrialEnd.OUT_OF_MEMORY: Effect(TrialState.PRUNED, True, "FAILED", False),
    TrialEnd.PREEMPTED: Effect(TrialState.WAITING, False, "KILLED", True),
    TrialEnd.ERROR: Effect(TrialState.FAIL, False, "FAILED", False),
}


def keeps_model(number: int, end: TrialEnd | None) -> bool:
    """Whether the trial's model is still there after `end` (None while it runs), so that it may win."""
    return number == DEFAULT_TRIAL or end is None or EFFECTS[end].keeps_checkpoint
