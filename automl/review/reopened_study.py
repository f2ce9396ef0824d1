"""A study that is opened again after its search, with its data and its space."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from automl.config import Experiment, load_experiment
from automl.core import StudyRecord, Workspace
from automl.planning import PreparedData, as_begun, resolve_experiment, study_data
from automl.storage import open_store
from search_spaces import Space


@dataclass(frozen=True)
class ReopenedStudy:
    """What is known of a study after its search.

    Attributes:
        record: the study with its trials.
        experiment: the experiment that it was created with.
        workspace: the workspace that has its models.
        space: its search space.
        prepared: its data, which is what it was, with budgets and pace.
    """

    record: StudyRecord
    experiment: Experiment
    workspace: Workspace
    space: Space
    prepared: PreparedData


def reopen(name: str, workspace: Workspace, say: Callable[[str], None]) -> ReopenedStudy:
    """Open a study that was made by `automl search`. Nothing is changed.

    Args:
        name: name of the study.
        workspace: its workspace.
        say: receives each finding about the data.

    Raises:
        UsageError: there is no such study, or its data has changed.
        DataProblem: its data cannot be read.
    """
    with closing(open_store(workspace)) as store:
        study = store.study(name)
        settings, record, trials = study.settings(), study.record(), study.trials()
    experiment = load_experiment(settings.experiment)
    space, _ = as_begun(resolve_experiment(experiment).space, trials)
    prepared = study_data(settings, experiment, say)
    return ReopenedStudy(record, experiment, workspace, space, prepared)
