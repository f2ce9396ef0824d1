"""The end of a search: evaluates the winner on the test split, and exports its model."""

from collections.abc import Callable
from dataclasses import replace

from automl.checkpoints import send
from automl.console import Console
from automl.core import StudyRecord, TrialRecord, WorkspaceError, folder_name
from automl.export import hand_over
from automl.planning import Plan
from automl.report import linear_baseline
from automl.selection import Scores, Winner, compare, pareto_front, schedule_of
from automl.session.candidates import candidate, choose, optimism_of, test_intervals
from automl.session.refit import refitted
from automl.worker import scoring


def hand_over_winner(
    plan: Plan,
    study: StudyRecord,
    best: TrialRecord,
    default: TrialRecord | None,
    say: Callable[[str], None],
    looks: int = 1,
) -> Winner:
    """Choose between `best` and the default, score both and the linear baseline on test, and write `<study>/best`.

    The search has not used the test split. Models are loaded from their files, as a user would load them.

    Args:
        plan: gives the data, the workspace, the margin of the choice, and how the data are split.
        study: the study as the database has it.
        best: the trial with the best validation score, whose model is in the workspace.
        default: the best untuned default, whose model is in the workspace; None if there is none.
        say: receives one line at the start of each step.
        looks: how often the study has looked at the test split, this time included.

    Returns:
        The winner with its scores.
    """
    dataset, experiment, goals = plan.prepared.dataset, plan.experiment, study.goals
    folders, labels, metric = plan.workspace.study(study.name), dataset.test.labels, goals.first.name
    say("Scoring the winner, the default configuration and the linear baseline on the test split")
    with scoring() as score:
        rivals = {trial.number: trial for trial in (best, default) if trial is not None}
        # Whoever adds another kind of model to hand over, such as an ensemble, adds a candidate here.
        candidates = {
            number: candidate(trial, folders.model(number), dataset, score, goals) for number, trial in rivals.items()
        }
        leading, untuned = candidates[best.number], None if default is None else candidates[default.number]
        choice = choose(leading, untuned, goals, dataset.validation.labels, experiment.search.margin)
        chosen = candidates[choice.chosen]
        with refitted(plan, chosen.trial, study.name, say) as refit:
            again = None if refit is None else score(refit, dataset.test)
            baseline, baseline_logits = linear_baseline(dataset, experiment.search.folds, experiment.data.seed)
            winner = Winner(
                study=study.name,
                goals=goals,
                trial=chosen.trial,
                scores=chosen.scores,
                default=None if untuned is None else untuned.scores,
                baseline=replace(baseline, intervals=test_intervals(goals, baseline_logits, labels)),
                label_names=dataset.label_names,
                confusion=(again or chosen).confusion,
                data_fingerprint=dataset.fingerprint,
                corrections=dataset.corrections,
                read=dataset.read,
                folder=folders.best,
                schedule=schedule_of(study, chosen.trial),
                front=() if goals.are_plain else tuple(pareto_front(study)),
                against_default=None
                if untuned is None or untuned is leading
                else compare(metric, leading.test, untuned.test, labels),
                against_baseline=compare(metric, chosen.test, baseline_logits, labels),
                refit=None
                if again is None
                else Scores({}, again.metrics, intervals=test_intervals(goals, again.logits, labels)),
                default_trial=default,
                choice=choice,
                passed_over=leading.scores if choice.passes_over else None,
                optimism=optimism_of(leading, candidates.values(), study, dataset.validation.labels),
                looks=looks,
            )
            hand_over(winner, refit or chosen.folder)
    return winner


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
