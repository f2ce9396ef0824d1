"""The end of a search: prove how good the winner is, and put its model where the user finds it."""

from collections.abc import Callable
from pathlib import Path

from automl.experiment.schema import Experiment
from automl.export.hand_over import hand_over
from automl.export.score import Scored
from automl.report.baseline import linear_baseline
from automl.search.contract import DEFAULT_TRIAL
from automl.search.folders import holds_model
from automl.storage.records import StudyRecord, TrialRecord
from automl.winner.front import pareto_front
from automl.winner.schedule import schedule_of
from automl.winner.winner import Scores, Winner
from automl.worker.scoring import Score, scoring
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
    the validation split once more: a worker that was stopped may have saved a model whose score it could not tell. But
    one that was cross-validated has seen that split, and its folds tell how good it is.
    """
    say("Scoring the winner, the default configuration and the linear baseline on the test split")
    folder = workspace.checkpoint(study.name, trial.number)
    with scoring() as score:
        tested = score(folder, dataset.test)
        scores = _scores(trial, folder, tested, dataset, score)
        default = _default_scores(study, dataset, workspace, score)
    winner = Winner(
        study=study.name,
        metric=study.metric,
        maximize=study.maximize,
        trial=trial,
        scores=scores,
        default=default,
        baseline=linear_baseline(dataset, experiment.search.folds, experiment.data.seed),
        label_names=dataset.label_names,
        confusion=tested.confusion,
        data_fingerprint=dataset.fingerprint,
        folder=workspace.best(study.name),
        schedule=schedule_of(study, trial),
        further=study.further,
        constraints=study.constraints,
        front=() if study.goals.are_plain else tuple(pareto_front(study)),
    )
    hand_over(winner, folder, text_column=experiment.data.text)
    return winner


def _default_scores(study: StudyRecord, dataset: TextDataset, workspace: Workspace, score: Score) -> Scores | None:
    folder = workspace.checkpoint(study.name, DEFAULT_TRIAL)
    if not holds_model(folder):
        return None
    return _scores(study.trials[DEFAULT_TRIAL], folder, score(folder, dataset.test), dataset, score)


def _scores(trial: TrialRecord, folder: Path, tested: Scored, dataset: TextDataset, score: Score) -> Scores:
    """The model's scores; on validation those of its folds, where it has seen the rows of that split."""
    if trial.best is not None and trial.best.deviations is not None:
        return Scores(trial.best.metrics, tested.metrics, trial.best.deviations)
    return Scores(score(folder, dataset.validation).metrics, tested.metrics)
