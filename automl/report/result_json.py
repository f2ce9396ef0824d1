"""A winner and its study as JSON: one shape for `automl.json` in the model's folder and for `--json`."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypeAlias

from automl.core import StudyRecord
from automl.report.class_scores import class_scores
from automl.report.wording import verdict
from automl.selection import Choice, ConfirmationResult, EnsembleResult, Evidence, Scores, SoupResult, Winner
from trials.metrics import Confusion
from trials.protocol import Cost, Evaluation
from trials.tasks import QUANTILES, Residuals

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"

WIDEST_MATRIX = 200
"""Maximum number of labels of a confusion matrix that is written with its empty cells."""

UNFINISHED = "unfinished"
"""The end that is shown for a trial that runs or waits."""


def winner_facts(winner: Winner) -> dict[str, Json]:
    """Return all data about `winner` except the location of its model."""
    return {
        "study": winner.study,
        "metric": winner.goals.first.name,
        "maximize": winner.goals.first.maximize,
        "trial": winner.trial.number,
        "parameters": dict(winner.trial.params),
        "scores": {
            "winner": _scores(winner.scores),
            "default": None if winner.default is None else _scores(winner.default),
            "best_by_validation": _scores(winner.best_scores),
            "baseline": _scores(winner.baseline),
            "handed_over": _scores(winner.handed_over),
        },
        **({} if winner.baseline_reading is None else {"baseline_reading": winner.baseline_reading}),
        "label_names": winner.label_names,
        "task": winner.task.name,
        **_confusion(winner),
        "labels": [asdict(label) for label in class_scores(winner)],
        "comparisons": {
            name: asdict(found)
            for name, found in (
                ("default", winner.against_default),
                ("baseline", winner.against_baseline),
                ("mean_and_default", winner.mean_against_default),
                ("constant", winner.against_constant),
            )
            if found is not None
        },
        "default_trial": None if winner.default is None else winner.default_number,
        "choice": None if winner.choice is None else _choice(winner.choice, winner.confirmation),
        "confirmation": None if winner.confirmation is None else _confirmation(winner.confirmation),
        "validation_optimism": winner.optimism,
        "looks_at_test": winner.looks,
        **({} if winner.energy_kwh is None else {"energy_kwh": winner.energy_kwh}),
        "scores_by_rows": None if winner.learning_curve is None else asdict(winner.learning_curve),
        "is_refitted": winner.refit is not None,
        "ensemble": None if winner.ensemble is None else _ensemble(winner.ensemble, winner.task.loss_metric),
        "soup": None if winner.soup is None else _soup(winner.soup, winner.task.loss_metric),
        "folds": len(winner.trial.folds),
        "verdict": verdict(winner),
        "cost": None if winner.trial.cost is None else _cost(winner.trial.cost),
        "schedule": [
            {"trial": each.trial, "from_step": each.begin, "to_step": each.end, "changed": dict(each.changed)}
            for each in winner.schedule
        ],
        "objectives": [{"name": each.name, "maximize": each.maximize} for each in winner.goals.objectives],
        "constraints": [str(constraint) for constraint in winner.goals.constraints],
        "front": [
            {"trial": each.number, "values": _metrics(each.values), "keeps_constraints": each.keeps_constraints}
            for each in winner.front
        ],
        "learning_curve": [_evaluation(evaluation) for evaluation in winner.trial.evaluations],
    }


def _ensemble(ensemble: EnsembleResult, loss_metric: str) -> dict[str, Json]:
    choice = ensemble.choice
    return {
        "members": [{"trial": number, "weight": weight} for number, weight in choice.weights.items()],
        "temperature": choice.calibration.temperature,
        "validation_gains": {"metric": asdict(choice.gain), loss_metric: asdict(choice.log_loss_gain)},
    }


def _soup(soup: SoupResult, loss_metric: str) -> dict[str, Json]:
    choice = soup.choice
    return {
        "trials": list(choice.members),
        "temperature": choice.calibration.temperature,
        "scores": _scores(soup.scores),
        "validation_gains": {"metric": asdict(choice.gain), loss_metric: asdict(choice.log_loss_gain)},
    }


def count_ends(study: StudyRecord) -> dict[str, int]:
    """Return the number of trials of `study` by the kind of end, the most frequent first, without confirmations."""
    ends = Counter(UNFINISHED if trial.end is None else trial.end.value for trial in study.proposed)
    return dict(ends.most_common())


def also_confirmed(study: StudyRecord) -> str:
    """Return ` and 6 confirmations`, to be added to a number of trials; empty if none ended with a score.

    Args:
        study: the study with its trials.
    """
    count = sum(each.ended is not None and bool(each.evaluations) for each in study.confirmations)
    return f" and {count} confirmation{'' if count == 1 else 's'}" if count else ""


def _confusion(winner: Winner) -> dict[str, Json]:
    """Return the confusion matrix; with many labels instead its cells (true, predicted, rows) that have rows.

    Where a text has several labels there is none, as they are not confused with each other. Numbers have residuals.
    """
    if isinstance(winner.confusion, Residuals):
        return {"residuals": {**asdict(winner.confusion), "at": QUANTILES}}
    if not isinstance(winner.confusion, Confusion):
        return {}
    if winner.confusion.classes <= WIDEST_MATRIX:
        return {"confusion": winner.confusion.matrix().tolist()}
    return {"confusion_cells": winner.confusion.cells}


def _choice(choice: Choice, confirmation: ConfirmationResult | None) -> dict[str, Json]:
    known: dict[str, Json] = {
        "best": choice.best,
        "best_by_validation": choice.best if confirmation is None else confirmation.leader,
        "default": choice.default,
        "handed_over": choice.chosen,
        "margin": choice.margin,
    }
    if choice.evidence is not None:
        known |= _evidence(choice.evidence)
    return known if choice.of_chosen is None else {**known, "handed_over_leads": _evidence(choice.of_chosen)}


def _evidence(evidence: Evidence) -> dict[str, Json]:
    return {
        "gain": evidence.gain,
        "standard_error": evidence.error,
        "loss_gain": evidence.loss_gain,
        "loss_standard_error": evidence.loss_error,
        "standard_errors": evidence.errors,
    }


def _confirmation(found: ConfirmationResult) -> dict[str, Json]:
    return {
        "rounds": found.rounds,
        "best_in_search": found.leader,
        "winner": found.winner,
        "has_changed": found.has_changed,
        "finalists": [
            {"trial": each.trial, "mean": each.mean, "scores": list(each.scores)} for each in found.finalists
        ],
        "failed": list(found.failed),
        "seconds": found.seconds,
    }


def _scores(scores: Scores) -> dict[str, Json]:
    known: dict[str, Json] = {"validation": _metrics(scores.validation), "test": _metrics(scores.test)}
    if scores.intervals:
        known["test_intervals"] = {name: list(ends) for name, ends in scores.intervals.items()}
    return known if scores.deviations is None else {**known, "deviations": _metrics(scores.deviations)}


def _metrics(metrics: Mapping[str, float]) -> dict[str, Json]:
    """Replace NaN and infinity, which JSON does not support, with null."""
    return {name: value if math.isfinite(value) else None for name, value in metrics.items()}


def _cost(cost: Cost) -> dict[str, Json]:
    return {
        "seconds": cost.seconds,
        "examples": cost.examples,
        "examples_per_second": cost.examples_per_second,
        "parameters": cost.parameters,
        "peak_memory_bytes": cost.peak_memory_bytes,
        "eager_because": cost.eager_because,
        "number_format": cost.number_format,
    }


def _evaluation(evaluation: Evaluation) -> dict[str, Json]:
    return {
        "step": evaluation.step,
        "fraction": evaluation.fraction,
        "examples": evaluation.examples,
        "seconds": evaluation.seconds,
        "train_loss": evaluation.train_loss,
        "learning_rate": evaluation.learning_rate,
        "is_best": evaluation.is_best,
        "sample_rows": evaluation.sample_rows,
        "fold": evaluation.fold,
        "metrics": _metrics(evaluation.metrics),
    }
