"""The models that may be handed over at the end of a search: where they come from, and how they score."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from automl.checkpoints import CheckpointRetention, holds_model
from automl.console import Console
from automl.core import (
    DEFAULT_TRIAL,
    Goals,
    SearchFailed,
    StudyRecord,
    TrialRecord,
    Workspace,
    keeps_model,
    next_command,
)
from automl.export import validation_scores
from automl.planning import Plan, PreparedData
from automl.report import why_no_winner
from automl.selection import (
    ConfirmationResult,
    Scores,
    choose_winner,
    confirmation_of,
    score_interval,
    untuned_defaults,
)
from automl.worker import ScoreFunction
from search_spaces import Value
from trials.metrics import Logits
from trials.tasks import Counts, LabelArray, task_of


@dataclass(frozen=True)
class Candidate:
    """A model that may be handed over, with its outputs.

    Attributes:
        trial: the trial that made it.
        folder: the folder of the model.
        scores: its scores on validation and test.
        validation: outputs for the rows by which trials are scored, by models that were not fitted to them; None
            without any.
        test: outputs for the test rows.
        confusion: counts of test rows by class.
    """

    trial: TrialRecord
    folder: Path
    scores: Scores
    validation: Logits | None
    test: Logits
    confusion: Counts


def candidate(
    trial: TrialRecord, folder: Path, prepared: PreparedData, score: ScoreFunction, goals: Goals
) -> Candidate:
    """Score the model of a trial on the validation and the test split.

    Its validation score comes from the outputs beside its weights, not from the study, because a worker that was
    stopped may have saved a model without reporting its score. Without such outputs the split is scored once more. A
    cross-validated model was trained on that split; its validation scores are the means over its folds, and its outputs
    are those of the models of its folds.

    Args:
        trial: the trial.
        folder: its model.
        prepared: the data with its splits.
        score: scores a model in a process of its own.
        goals: the objectives, whose first gets an interval.
    """
    dataset = prepared.dataset
    tested = score(folder, dataset.test)
    intervals = intervals_on_test(goals, tested.logits, dataset.test.labels)
    if trial.best is not None and trial.best.deviations is not None:
        scores = Scores(trial.best.metrics, tested.metrics, trial.best.deviations, intervals)
        return Candidate(trial, folder, scores, prepared.scored_outputs(folder), tested.logits, tested.confusion)
    kept = validation_scores(folder, dataset.validation, len(dataset.label_names))
    seen = kept or score(folder, dataset.validation)
    scores = Scores(seen.metrics, tested.metrics, intervals=intervals)
    return Candidate(trial, folder, scores, seen.logits, tested.logits, tested.confusion)


def intervals_on_test(goals: Goals, logits: Logits, labels: LabelArray) -> dict[str, tuple[float, float]]:
    """Return the 95% intervals of the first objective and of the share of right rows, from outputs for test rows."""
    names = dict.fromkeys((goals.first.name, task_of(labels).shown_metric))
    return {name: score_interval(name, logits, labels) for name in names}


def known_outputs(plan: Plan, study: StudyRecord) -> dict[int, Logits]:
    """Return the outputs of each model for the rows by which trials are scored.

    Running trials, whose models may change, are left out. A trial that the end of the search has interrupted does not
    run, and its model may be as good as any. Outputs of a cross-validated trial are those of the models of its folds.

    Args:
        plan: gives the data and the workspace.
        study: the study with its trials.

    Returns:
        Calibrated outputs by trial number, of the models that have them.
    """
    folder = plan.workspace.study(study.name).model
    found = {
        trial.number: plan.prepared.scored_outputs(folder(trial.number))
        for trial in study.proposed
        if trial.state != "RUNNING" and trial.best is not None and not trial.best.is_look
        if holds_model(folder(trial.number))
    }
    return {number: logits for number, logits in found.items() if logits is not None}


def best_trial(
    study: StudyRecord, checkpoints: CheckpointRetention, workspace: Workspace, console: Console
) -> TrialRecord:
    """Return the best trial whose model is in the workspace.

    The model may be fetched from the copies that other drivers made.

    Args:
        study: the study.
        checkpoints: the models of its trials.
        workspace: the workspace, which an error names in the command that goes on.
        console: where a better trial is named whose model lies elsewhere.

    Raises:
        SearchFailed: no trial has a model here.
    """

    def has_best(number: int) -> bool:
        trial = study.trials[number]
        return checkpoints.has_best(number, trial.best, has_ended=trial.ended is not None)

    checkpoints.copies.refresh()
    copied = {copy.number for copy in checkpoints.copies.existing}
    absent = {
        trial.number for trial in study.proposed if trial.number in copied and keeps_model(trial.number, trial.end)
    }
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


def confirmation(
    study: StudyRecord, best: TrialRecord, checkpoints: CheckpointRetention, say: Callable[[str], None]
) -> ConfirmationResult | None:
    """Return what came of training the best trials again; None if it decides nothing.

    Args:
        study: the study with its trials.
        best: the trial with the best score in the search; the confirmations decide if it is among the confirmed ones.
        checkpoints: the models, which may be fetched from copies.
        say: is told why trials were confirmed in vain.
    """
    found = confirmation_of(study, lambda number: checkpoints.bring_best(study.trials[number]))
    if found is not None and found.leader == best.number:
        return found
    if study.confirmations:
        say(f"The confirmations decided nothing: {_why_undecided(study, best, found)}.")
    return None


def _why_undecided(study: StudyRecord, best: TrialRecord, found: ConfirmationResult | None) -> str:
    if found is not None:
        return f"trial {best.number}, whose score in the search is the best, is not among the confirmed ones"
    if confirmation_of(study, lambda _: True) is not None:
        return "fewer than two of the confirmed trials have their models here"
    return "too few of them ended with a score"


def best_default(
    study: StudyRecord, defaults: Collection[Mapping[str, Value]], checkpoints: CheckpointRetention
) -> TrialRecord | None:
    """Return the best untuned default of any algorithm, by validation, among those whose model is in the workspace.

    Studies of earlier versions kept no default but trial 0.

    Args:
        study: the study with its trials.
        defaults: the default point of each algorithm of the space.
        checkpoints: the models, which may be fetched from copies.

    Returns:
        The trial; None if no default has a model.
    """
    for trial in untuned_defaults(study, defaults):
        if checkpoints.bring_best(trial) or (
            trial.number == DEFAULT_TRIAL and holds_model(checkpoints.model(trial.number))
        ):
            return trial
    return None
