"""The end of a search: prove how good the winner is, and put its model where the user finds it."""

from collections.abc import Callable

from automl.experiment.schema import Experiment
from automl.export.hand_over import hand_over
from automl.export.score import score
from automl.report.baseline import linear_baseline
from automl.search.contract import DEFAULT_TRIAL
from automl.search.folders import holds_model
from automl.storage.records import StudyRecord, TrialRecord
from automl.winner.front import pareto_front
from automl.winner.winner import Scores, Winner
from automl.workspace import Workspace
from trials.data.dataset import TextDataset


def hand_over_winner(
    trial: TrialRecord,
    study: StudyRecord,
    dataset: TextDataset,
    experiment: Experiment,
    workspace: Workspace,
    say: Callable[[str], None],
) -> Winner:
    """Scores the model of `trial`, the default's and the linear baseline on the test split, and writes `<study>/best`.

    The test split is opened here for the first time. Models are loaded from their files, as a user would, and scored on
    the validation split once more: a worker that was stopped may have saved a model whose score it could not tell.
    """
    say("Scoring the winner, the default configuration and the linear baseline on the test split")
    folder = workspace.checkpoint(study.name, trial.number)
    tested = score(folder, dataset.test)
    winner = Winner(
        study=study.name,
        metric=study.metric,
        maximize=study.maximize,
        trial=trial,
        scores=Scores(score(folder, dataset.validation).metrics, tested.metrics),
        default=_default_scores(study, dataset, workspace),
        baseline=linear_baseline(dataset),
        label_names=dataset.label_names,
        confusion=tested.confusion,
        data_fingerprint=dataset.fingerprint,
        folder=workspace.best(study.name),
        further=study.further,
        constraints=study.constraints,
        front=() if study.goals.are_plain else tuple(pareto_front(study)),
    )
    hand_over(winner, folder, text_column=experiment.data.text)
    return winner


def _default_scores(study: StudyRecord, dataset: TextDataset, workspace: Workspace) -> Scores | None:
    folder = workspace.checkpoint(study.name, DEFAULT_TRIAL)
    if not holds_model(folder):
        return None
    return Scores(score(folder, dataset.validation).metrics, score(folder, dataset.test).metrics)
