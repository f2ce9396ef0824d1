"""The files of a study's trials: in its workspace and, where a storage path is given, copied there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from automl.copies.copies import Copies, StoredCopies
from automl.copies.place import place_of
from automl.errors import AutomlError
from automl.plan import Plan
from automl.search.folders import TrialFolders
from automl.search.saved_steps import SavedSteps
from automl.storage.records import TrialRecord
from automl.storage.studies import StudyStore
from automl.worker.abroad import encoder_of


@contextmanager
def study_folders(
    plan: Plan, store: StudyStore, name: str, driver: str, say: Callable[[str], None]
) -> Iterator[TrialFolders]:
    """The folders of its trials for the search of one driver. When the block ends and no bug ends it, all is copied."""

    def encoder(trial: TrialRecord) -> Path | None:
        try:
            return encoder_of(plan.space.replay(trial.params))
        except Exception:  # a user's own space may raise anything, and may have changed since
            return None

    copies = _copies(plan, store, name, driver, say)
    try:
        yield TrialFolders(
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


def _copies(plan: Plan, store: StudyStore, name: str, driver: str, say: Callable[[str], None]) -> Copies:
    """In an outbox of the driver's own. Those that others have left are cleared away, unless they may live."""
    if (storage_path := plan.experiment.storage_path) is None:
        return Copies()
    outboxes = plan.workspace.outboxes(name)
    living = {other.id for other in store.drivers(name) if other.alive is not False}
    for left in outboxes.iterdir() if outboxes.is_dir() else ():
        if left.name not in living:
            shutil.rmtree(left, ignore_errors=True)
    return StoredCopies(place_of(storage_path, store.record(name)), outboxes / driver, say)
