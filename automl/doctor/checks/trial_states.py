"""Check: the recorded end of each trial agrees with its Optuna state."""

from collections.abc import Iterator
from functools import partial

from automl.core import EFFECTS, TrialRecord, Workspace
from automl.doctor.check_context import CheckContext, Inconsistency
from automl.storage import Study
from trials.protocol import TrialEnd

UNRECORDED = {"COMPLETE": TrialEnd.COMPLETED, "PRUNED": TrialEnd.PRUNED, "FAIL": TrialEnd.ERROR}
"""The end that a trial without a recorded end must have had: another program, such as Optuna's own tools, ended it."""


def find_contradictions(context: CheckContext) -> Iterator[Inconsistency]:
    """Find trials whose recorded end is missing, or implies another state (see `automl.core.trial_states`).

    Args:
        context: the workspace and the studies to examine.
    """
    for study in context.studies:
        for trial in study.trials:
            if _agrees(trial):
                continue
            noted = trial.end.value if trial.end else "no end"
            end = UNRECORDED.get(trial.state, TrialEnd.PREEMPTED)
            yield Inconsistency(
                f"study {study.name!r}: trial {trial.number} is {trial.state} in the database, but has {noted} noted",
                partial(context.store.study(study.name).note_end, trial.number, end, "noted by automl doctor"),
            )


def _agrees(trial: TrialRecord) -> bool:
    if trial.end is None:
        return trial.state in {"WAITING", "RUNNING"}
    return trial.state in {EFFECTS[trial.end].state, "RUNNING"}  # `find_ownerless` handles running trials


def find_incomplete(context: CheckContext) -> Iterator[Inconsistency]:
    """Find studies whose creation was interrupted. They cannot be resumed; creating a study removes them, too.

    Args:
        context: the workspace and the studies to examine.
    """
    for name in context.store.incomplete_studies():
        yield Inconsistency(
            f"study {name!r} is incomplete: its creation was interrupted", context.store.remove_incomplete
        )


def find_ownerless(context: CheckContext) -> Iterator[Inconsistency]:
    """Find studies with trials that are RUNNING in the database although no driver works on them.

    Args:
        context: the workspace and the studies to examine.
    """
    for study in context.studies:
        numbers = [trial.number for trial in study.trials if trial.state == "RUNNING"]
        if numbers:
            yield Inconsistency(
                f"study {study.name!r}: running in the database, but no driver works on it: trial "
                f"{', '.join(map(str, numbers))}",
                partial(_put_back, context.store.study(study.name), context.workspace),
            )


def _put_back(study: Study, workspace: Workspace) -> None:
    """Put the trials back into the queue, as a search does when it starts.

    The grace period is zero, because it is known that no driver is alive.
    """
    with study.join(workspace.folder, grace_seconds=0.0) as driver:
        driver.take_over()
