"""The files of a study's trials: in its workspace and, where a storage path is given, copied there."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from automl.copies.copies import Copies, StoredCopies
from automl.copies.place import place_of
from automl.plan import Plan
from automl.search.folders import TrialFolders
from automl.storage.records import StudyRecord, TrialRecord
from automl.worker.abroad import encoder_of
from automl.workspace import Workspace


@contextmanager
def study_folders(plan: Plan, study: StudyRecord, say: Callable[[str], None]) -> Iterator[TrialFolders]:
    """The folders of its trials for one search. What is to be copied is copied when the block ends."""

    def encoder(trial: TrialRecord) -> Path | None:
        return encoder_of(plan.space.replay(trial.params))

    with closing(_copies(plan.experiment.storage_path, study, plan.workspace, say)) as copies:
        yield TrialFolders(
            model=partial(plan.workspace.checkpoint, study.name),
            state=partial(plan.workspace.training_state, study.name),
            keep=plan.experiment.search.keep_checkpoints,
            metric=plan.metric,
            maximize=plan.maximize,
            further=plan.further,
            constraints=plan.goals.constraints,
            copies=copies,
            encoder=encoder,
        )


def _copies(storage_path: str | None, study: StudyRecord, workspace: Workspace, say: Callable[[str], None]) -> Copies:
    if storage_path is None:
        return Copies()
    return StoredCopies(place_of(storage_path, study), workspace.outbox(study.name), say)
