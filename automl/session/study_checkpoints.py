"""The files of a study's trials: in its workspace and, if a storage path is set, copied there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from automl.checkpoints import CheckpointRetention, NoReplication, Replication, SavedSteps, place_of
from automl.core import AutomlError, TrialRecord
from automl.planning import Plan
from automl.storage import StudyStore
from automl.worker import encoder_of


@contextmanager
def study_folders(
    plan: Plan, store: StudyStore, name: str, driver: str, say: Callable[[str], None]
) -> Iterator[CheckpointRetention]:
    """The checkpoints of the study's trials, for the search of one driver.

    When the block ends, pending copies to the storage path are completed. An unexpected exception abandons them.

    Args:
        plan: gives the workspace, the storage path, and how many checkpoints are kept.
        store: the database of the study.
        name: name of the study.
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

    copies = _copies(plan, store, name, driver, say)
    try:
        yield CheckpointRetention(
            model=partial(plan.workspace.checkpoint, name),
            state=partial(plan.workspace.training_state, name),
            steps=SavedSteps(plan.workspace.saved_steps(name)),
            keep=plan.experiment.search.keep_checkpoints,
            metric=plan.metric,
            maximize=plan.maximize,
            further=plan.further,
            constraints=plan.goals.constraints,
            copies=copies,
            encoder=encoder,
        )
    except AutomlError:
        copies.close()
        raise
    except BaseException:
        copies.abandon()
        raise
    copies.close()


def _copies(plan: Plan, store: StudyStore, name: str, driver: str, say: Callable[[str], None]) -> NoReplication:
    """Copies files through the driver's own outbox; outboxes of other drivers are deleted unless these may be alive."""
    if (storage_path := plan.experiment.storage_path) is None:
        return NoReplication()
    outboxes = plan.workspace.outboxes(name)
    living = {other.id for other in store.drivers(name) if other.alive is not False}
    for left in outboxes.iterdir() if outboxes.is_dir() else ():
        if left.name not in living:
            shutil.rmtree(left, ignore_errors=True)
    return Replication(place_of(storage_path, store.record(name)), outboxes / driver, say)
