"""The end of a search: evaluates the winner on the test split, and exports its model."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from automl.checkpoints import send
from automl.console import Console
from automl.core import StudyRecord, TrialRecord, WorkspaceError, folder_name
from automl.export import ModelScores, hand_over
from automl.planning import Plan
from automl.report import Reference
from automl.selection import (
    Comparison,
    ConfirmationResult,
    EnsembleResult,
    Scores,
    SoupResult,
    Winner,
    compare,
    cross_fitted,
    pareto_front,
    schedule_of,
    with_ensemble,
)
from automl.session.handover.candidates import Candidate, intervals_on_test
from automl.session.handover.contest import Contest, contest
from automl.session.handover.ensemble import BuiltEnsemble, choose_members, ensembled
from automl.session.handover.refit import refitted
from automl.session.handover.soup import BuiltSoup, souped
from automl.worker import reference, scoring
from trials.metrics import Logits

MOST_CHARACTERS = 10_000_000
"""Maximum length of all training texts together up to which the linear baseline is fitted beside other models, as each
fit holds the texts in memory."""


@dataclass(frozen=True)
class HandedOver:
    """What a search hands over.

    Attributes:
        winner: the winner with its scores.
        logits: outputs of the model in `<study>/best` for the test rows, shape (n, classes).
    """

    winner: Winner
    logits: Logits


def hand_over_winner(
    plan: Plan,
    study: StudyRecord,
    best: TrialRecord,
    default: TrialRecord | None,
    say: Callable[[str], None],
    looks: int = 1,
    confirmation: ConfirmationResult | None = None,
    is_here: Callable[[TrialRecord], bool] = lambda _: True,
) -> HandedOver:
    """Choose what is handed over, score it, the best trial, the default and the linear baseline, and write `best`.

    The search has not used the test split. Models are loaded from their files, as a user would load them.

    Args:
        plan: gives the data, the workspace, the margin of the choice, and how the data are split.
        study: the study as the database has it.
        best: the trial with the best validation score, or the best mean, whose model is in the workspace.
        default: the best untuned default, whose model is in the workspace; None if there is none.
        say: receives one line at the start of each step.
        looks: how often the study has looked at the test split, this time included.
        confirmation: what came of training the best trials again; None if it decided nothing.
        is_here: returns whether the best model of another trial is in the workspace, and may fetch it.

    Returns:
        The winner with its scores, and the outputs of the model that is handed over.
    """
    dataset, metric = plan.prepared.dataset, study.goals.first.name
    say("Scoring the winner, the default configuration and the linear baseline on the test split")
    with scoring() as score, ThreadPoolExecutor(1) as pool:
        fitting = pool.submit(reference, dataset, metric, plan.experiment.search.folds, plan.experiment.data.seed)
        if sum(map(len, dataset.train.texts)) > MOST_CHARACTERS:
            fitting.result()
        found = contest(plan, study, best, default, score, confirmation, is_here)
        chosen = found.chosen.trial
        with ExitStack() as stack:
            soup = stack.enter_context(souped(plan, study, found.chosen, score, say))
            members = choose_members(plan, study, chosen, _rival(found, soup, plan))
            others = [] if members is None else [study.trials[number] for number in members.weights]
            to_fit = [chosen, *(trial for trial in others if trial.number != chosen.number)]
            refits = stack.enter_context(refitted(plan, to_fit, study.name, say))
            ensemble = stack.enter_context(ensembled(plan, study, members, refits, score, say))
            refit = refits[chosen.number]
            again = None if refit is None or soup is not None else score(refit, dataset.test)
            single = _winner(plan, study, found, fitting.result(), again, looks)
            model, alone = refit or found.chosen.folder, found.chosen.test if again is None else again.logits
            told = partial(_of_mean, plan, study, found.default)
            if soup is not None:
                single = told(soup, replace(single, soup=soup.result))
                model, alone = soup.folder, soup.logits
            winner = _export(single, model, ensemble, plan.workspace.study(study.name).best_single, say, told)
            return HandedOver(winner, alone if ensemble is None or winner.ensemble is None else ensemble.logits)


def _rival(found: Contest, soup: BuiltSoup | None, plan: Plan) -> Logits | None:
    """Return outputs of the best single model for rows by which it was not chosen.

    It is None for a trial that was chosen by its score among all, and not as the best of the few untuned defaults.
    """
    if soup is not None:
        return soup.rival
    if found.chosen is not found.default or found.chosen.validation is None:
        return None
    return cross_fitted(found.chosen.validation, plan.prepared.scored_labels)


def _against_constant(plan: Plan, study: StudyRecord, logits: Logits) -> Comparison | None:
    """Return how outputs for the test rows compare with the same answer to each text; None of classes without order."""
    dataset, metric = plan.prepared.dataset, study.goals.first.name
    constant = dataset.task.constant(dataset.train.labels, len(dataset.label_names), metric)
    if constant is None:
        return None
    return compare(metric, logits, np.tile(constant, (len(logits), 1)), dataset.test.labels)


def _of_mean(
    plan: Plan, study: StudyRecord, default: Candidate | None, mean: BuiltSoup | BuiltEnsemble, winner: Winner
) -> Winner:
    """Return a winner that tells of a mean of several trials what the test rows say of it."""
    metric, labels = study.goals.first.name, plan.prepared.dataset.test.labels
    return replace(
        winner,
        confusion=mean.confusion,
        mean_against_default=None if default is None else compare(metric, mean.logits, default.test, labels),
        against_constant=_against_constant(plan, study, mean.logits),
    )


def _export(
    single: Winner,
    model: Path,
    ensemble: BuiltEnsemble | None,
    beside: Path,
    say: Callable[[str], None],
    told: Callable[[BuiltEnsemble, Winner], Winner],
) -> Winner:
    """Write what is handed over, and return it; beside an ensemble lies the best single model, in `beside`.

    What the test rows say of the ensemble is added by `told`.
    """
    alone = single if single.soup is None else _beside_trials(single, single.soup)
    if ensemble is not None:
        winner = told(ensemble, replace(single, ensemble=ensemble.result))
        winner = _beside_trials(winner, ensemble.result)
        try:
            hand_over(replace(alone, folder=beside, beside=ensemble.result), model)
            hand_over(winner, ensemble.folder)
            return winner
        except WorkspaceError as error:  # there may be room for one model, but not for all members
            say(f"The best single model alone is handed over: {error}")
    hand_over(alone, model)
    shutil.rmtree(beside, ignore_errors=True)
    return alone


def _beside_trials(winner: Winner, mean: EnsembleResult | SoupResult) -> Winner:
    """Return a winner to whose Pareto front, if it has one, a mean of several trials has come."""
    measured = {**mean.scores.validation, **mean.costs}
    return replace(winner, front=tuple(with_ensemble(winner.front, winner.goals, measured)) if winner.front else ())


def _winner(
    plan: Plan,
    study: StudyRecord,
    found: Contest,
    compared: Reference,
    again: ModelScores | None,
    looks: int,
) -> Winner:
    """Return the winner with all comparisons on the test rows.

    Args:
        plan: the plan of the search.
        study: the study.
        found: the models and the choice.
        compared: the linear baseline, and its learning curve.
        again: test scores of the model that was fitted once more; None if there is none.
        looks: how often the study has looked at the test split.
    """
    dataset, goals, labels = plan.prepared.dataset, study.goals, plan.prepared.dataset.test.labels
    metric, chosen, default = goals.first.name, found.chosen, found.default
    baseline, refit = compared.baseline, None
    if again is not None:
        refit = Scores({}, again.metrics, intervals=intervals_on_test(goals, again.logits, labels))
    against_default = None
    if default is not None and default is not found.best:
        against_default = compare(metric, found.searched.test, default.test, labels)
    return Winner(
        study=study.name,
        goals=goals,
        trial=chosen.trial,
        scores=chosen.scores,
        default=None if default is None else default.scores,
        baseline=replace(baseline.scores, intervals=intervals_on_test(goals, baseline.outputs, labels)),
        label_names=dataset.label_names,
        confusion=(again or chosen).confusion,
        data_fingerprint=dataset.fingerprint,
        folder=plan.workspace.study(study.name).best,
        schedule=schedule_of(study, chosen.trial),
        front=() if goals.are_plain else tuple(pareto_front(study)),
        against_default=against_default,
        against_baseline=compare(metric, chosen.test, baseline.outputs, labels),
        against_constant=_against_constant(plan, study, chosen.test if again is None else again.logits),
        refit=refit,
        default_trial=None if default is None else default.trial,
        read=dataset.read,
        corrections=dataset.corrections,
        choice=found.choice,
        passed_over=found.best.scores if found.choice.passes_over else None,
        optimism=found.optimism,
        learning_curve=compared.curve,
        looks=looks,
        confirmation=found.confirmation,
        energy_kwh=study.energy_kwh,
        baseline_reading=baseline.reading,
    )


def copy_to_storage_path(winner: Winner, plan: Plan, console: Console) -> None:
    """Copy the exported model to the storage path, if one is set, and the best single model of an ensemble beside it.

    A failure is reported, but the search succeeds.

    Args:
        winner: the exported model.
        plan: the plan, with the storage path and the workspace.
        console: where the copy, or its failure, is told.
    """
    if (storage_path := plan.experiment.storage_path) is None:
        return
    try:
        console.say(f"Copied to {send(winner.folder, storage_path, folder_name(winner.study))}")
        if winner.ensemble is not None:
            send(plan.workspace.study(winner.study).best_single, storage_path, folder_name(winner.study))
    except WorkspaceError as error:
        console.say(str(error))
