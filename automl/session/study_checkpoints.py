"""The files of a study's trials: in its workspace and, if a storage path is set, copied there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from automl.checkpoints import CheckpointRetention, NoReplication, Replication, SavedSteps, place_of
from automl.commands import living
from automl.core import AutomlError, TrialRecord
from automl.planning import Plan
from automl.storage import Study
from automl.worker import encoder_of


@contextmanager
def study_checkpoints(
    plan: Plan, study: Study, driver: str, say: Callable[[str], None]
) -> Iterator[CheckpointRetention]:
    """Yield the checkpoints of the study's trials, for the search of one driver.

    When the block ends, pending copies to the storage path are completed. An unexpected exception abandons them.

    Args:
        plan: gives the workspace, the storage path, and how many checkpoints are kept.
        study: the study.
        driver: id of the driver.
        say: receives messages about the copies.

    Yields:
        The object that keeps, removes and fetches the checkpoints.
    """

    def encoder(trial: TrialRecord) -> Path | None:
        try:
            return encoder_of(plan.space.replay(trial.params))
        except Exception:  # a user's own space may raise anything, and may have changed since
            return None

    folders = plan.workspace.study(study.name)
    copies = _copies(plan, study, folders.outboxes, driver, say)
    try:
        yield CheckpointRetention(
            model=folders.model,
            state=folders.training_state,
            steps=SavedSteps(folders.saved_steps),
            keep=plan.experiment.search.keep_checkpoints,
            goals=plan.goals,
            copies=copies,
            encoder=encoder,
            defaults=plan.default_params,
        )
    except AutomlError:
        copies.close()
        raise
    except BaseException:
        copies.abandon()
        raise
    copies.close()


def _copies(plan: Plan, study: Study, outboxes: Path, driver: str, say: Callable[[str], None]) -> NoReplication:
    """Return the replication through the driver's own outbox.

    Outboxes of other drivers are deleted unless these may be alive.
    """
    if (storage_path := plan.experiment.storage_path) is None:
        return NoReplication()
    running = {other.id for other in living(study)}
    for left in outboxes.iterdir() if outboxes.is_dir() else ():
        if left.name not in running:
            shutil.rmtree(left, ignore_errors=True)
    return Replication(place_of(storage_path, study.record()), outboxes / driver, say)
