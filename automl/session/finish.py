"""The end of a search: evaluates the winner on the test split, and exports its model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from automl.checkpoints import CheckpointRetention, holds_model, send
from automl.config import Experiment
from automl.console import Console
from automl.core import (
    DEFAULT_TRIAL,
    Goals,
    SearchFailed,
    StudyRecord,
    TrialRecord,
    Workspace,
    WorkspaceError,
    folder_name,
    keeps_model,
    next_command,
)
from automl.export import ModelScores, hand_over
from automl.planning import Plan
from automl.report import linear_baseline, why_no_winner
from automl.selection import Scores, Winner, choose_winner, compare, pareto_front, schedule_of, score_interval
from automl.worker import ScoreFunction, scoring
from trials.data import TextDataset
from trials.metrics import Labels, Logits


def hand_over_winner(
    trial: TrialRecord,
    study: StudyRecord,
    dataset: TextDataset,
    experiment: Experiment,
    workspace: Workspace,
    say: Callable[[str], None],
    refit: Path | None = None,
) -> Winner:
    """Score the model of `trial`, the default's and the linear baseline on the test split, and write `<study>/best`.

    The test split is used here for the first time. Models are loaded from their files, as a user would load them. They
    are also scored on the validation split again, because a worker that was stopped may have saved a model without
    reporting its score. A cross-validated model was trained on that split; its scores are those of its folds.

    Args:
        trial: the winning trial, whose model is in the workspace.
        study: the study as the database has it.
        dataset: the data of the study, with the same fingerprint.
        experiment: gives the number of folds, the seed of the data, and the text column.
        workspace: the workspace that holds the models.
        say: receives one line at the start.
        refit: the folder of the same model, fitted to training and validation rows, which is handed over; None hands
            over the model of the trial.

    Returns:
        The winner with its scores.
    """
    say("Scoring the winner, the default configuration and the linear baseline on the test split")
    folders = workspace.study(study.name)
    folder, default_folder = folders.model(trial.number), folders.model(DEFAULT_TRIAL)
    with scoring() as score:
        winner_scores, tested = _scored(trial, folder, dataset, score, study.goals)
        default, default_tested = None, None
        if trial.number == DEFAULT_TRIAL:
            default, default_tested = winner_scores, tested
        elif holds_model(default_folder):
            default, default_tested = _scored(study.trials[DEFAULT_TRIAL], default_folder, dataset, score, study.goals)
        again = None if refit is None else score(refit, dataset.test)
    baseline, baseline_logits = linear_baseline(dataset, experiment.search.folds, experiment.data.seed)
    metric, labels = study.goals.first.name, dataset.test.labels
    other = None if trial.number == DEFAULT_TRIAL else default_tested
    winner = Winner(
        study=study.name,
        goals=study.goals,
        trial=trial,
        scores=winner_scores,
        default=default,
        baseline=replace(baseline, intervals=_intervals(study.goals, baseline_logits, labels)),
        label_names=dataset.label_names,
        confusion=(again or tested).confusion,
        data_fingerprint=dataset.fingerprint,
        corrections=dataset.corrections,
        folder=folders.best,
        schedule=schedule_of(study, trial),
        front=() if study.goals.are_plain else tuple(pareto_front(study)),
        against_default=None if other is None else compare(metric, tested.logits, other.logits, labels),
        against_baseline=compare(metric, tested.logits, baseline_logits, labels),
        refit=None
        if again is None
        else Scores({}, again.metrics, intervals=_intervals(study.goals, again.logits, labels)),
    )
    hand_over(winner, refit or folder, text_column=experiment.data.text)
    return winner


def _scored(
    trial: TrialRecord, folder: Path, dataset: TextDataset, score: ScoreFunction, goals: Goals
) -> tuple[Scores, ModelScores]:
    """Return the scores of a trial's model, and those of the test split with its logits.

    If the trial was cross-validated, its validation scores are the means over its folds.
    """
    tested = score(folder, dataset.test)
    intervals = _intervals(goals, tested.logits, dataset.test.labels)
    if trial.best is not None and trial.best.deviations is not None:
        return Scores(trial.best.metrics, tested.metrics, trial.best.deviations, intervals), tested
    validation = score(folder, dataset.validation).metrics
    return Scores(validation, tested.metrics, intervals=intervals), tested


def _refit_scores(goals: Goals, tested: ModelScores, labels: Labels) -> Scores:
    return Scores({}, tested.metrics, intervals=_intervals(goals, tested.logits, labels))


def _intervals(goals: Goals, logits: Logits, labels: Labels) -> dict[str, tuple[float, float]]:
    return {name: score_interval(name, logits, labels) for name in dict.fromkeys((goals.first.name, "accuracy"))}


def copy_to_storage_path(winner: Winner, plan: Plan, console: Console) -> None:
    """Copy the exported model to the storage path, if one is set.

    A failure is reported, but the search succeeds.
    """
    if (storage_path := plan.experiment.storage_path) is None:
        return
    try:
        console.say(f"Copied to {send(winner.folder, storage_path, folder_name(winner.study))}")
    except WorkspaceError as error:
        console.say(str(error))


def best_trial(
    study: StudyRecord, checkpoints: CheckpointRetention, workspace: Workspace, console: Console
) -> TrialRecord:
    """Return the best trial whose model is in the workspace.

    The model may be fetched from the copies that other drivers made.
    """

    def has_best(number: int) -> bool:
        trial = study.trials[number]
        return checkpoints.has_best(number, trial.best, has_ended=trial.ended is not None)

    checkpoints.copies.refresh()
    copied = {copy.number for copy in checkpoints.copies.existing}
    absent = {trial.number for trial in study.trials if trial.number in copied and keeps_model(trial.number, trial.end)}
    while (best := choose_winner(study, lambda number: has_best(number) or number in absent)) is not None:
        if checkpoints.bring_best(best):
            break
        absent.discard(best.number)
    if best is None:
        resume = next_command(workspace, "resume", study.name, "--time-budget", "10m")
        raise SearchFailed(why_no_winner(study, has_best, checkpoints.model, resume))
    kept = choose_winner(study, lambda number: keeps_model(number, study.trials[number].end))
    if kept is not None and kept.number != best.number:
        console.say(
            f"Trial {kept.number} is better than trial {best.number}, but its model lies in the workspace of another "
            "driver. Drivers that share a folder or a --storage-path hand over the best of all."
        )
    return best
