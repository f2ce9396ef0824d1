"""What the model that a study handed over says of rows that it was not fitted to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automl.checkpoints import holds_model
from automl.core import FACTS_FILE, UsageError
from automl.export import score
from automl.review.out_of_fold import logits_of
from automl.review.reopened_study import ReopenedStudy
from automl.selection import combined
from search_spaces import Point
from trials.data import Split, all_labels
from trials.errors import TrialsError
from trials.files import read_validation_logits
from trials.metrics import Logits
from trials.tasks import LabelArray, calibrated_logits, task_of


@dataclass(frozen=True)
class HeldOut:
    """Logits of rows that the model was not fitted to.

    Attributes:
        logits: calibrated, shape (n, classes).
        labels: their labels.
        source: which rows these are, and which model scored them, in words.
    """

    logits: Logits
    labels: LabelArray
    source: str


def held_out_logits(study: ReopenedStudy) -> HeldOut:
    """Return logits of validation rows by the model in `best`, or by its nearest relative that did not see them.

    A model that was fitted once more to training and validation rows is replaced by the model of its trial. Of a
    cross-validated one, the models of its folds have scored the rows that they were not fitted to. Where these are not
    kept, models of the same parameters do so, which works for models that are fitted in one go.

    Args:
        study: the study.

    Raises:
        UsageError: there is no model, there are no such rows, or no models can be fitted without them.
    """
    folders, dataset = study.workspace.study(study.record.name), study.prepared.dataset
    facts = _facts(folders.best, study.record.name)
    trial, has_folds, is_refitted = int(facts["trial"]), bool(facts.get("folds")), bool(facts.get("is_refitted"))
    if has_folds and (known := _of_folds(study, facts)) is not None:
        return known
    rows = f"{len(dataset.validation)} validation rows"
    if facts.get("ensemble"):
        source = f"{rows}, by the models of the ensemble's trials, which were not fitted to them"
        return HeldOut(_ensemble_logits(study, facts["ensemble"]), dataset.validation.labels, source)
    if not has_folds and not is_refitted:
        return HeldOut(_scored(folders.best, dataset.validation), dataset.validation.labels, rows)
    if not has_folds and holds_model(folders.model(trial)):
        logits = _scored(folders.model(trial), dataset.validation)
        source = f"{rows}, by the model of trial {trial} before it was fitted to them, too"
        return HeldOut(logits, dataset.validation.labels, source)
    return _out_of_fold(study, trial)


def _facts(best: Path, name: str) -> dict[str, Any]:
    """Return the content of `automl.json`, which names the winning trial at least."""
    try:
        facts: dict[str, Any] = json.loads((best / FACTS_FILE).read_text(encoding="utf-8"))
        int(facts["trial"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"study {name!r} must have handed over a model, but {str(best / FACTS_FILE)!r} cannot be read: {error}; "
            "let its search end first"
        ) from error
    return facts


def _of_folds(study: ReopenedStudy, facts: Mapping[str, Any]) -> HeldOut | None:
    """Return the logits that the models of the folds left beside a cross-validated model; None if they are not kept.

    Raises:
        UsageError: those of a member of an ensemble are not kept, which no other models replace.
    """
    folders, labels = study.workspace.study(study.record.name), all_labels(study.prepared.dataset)
    weights, temperature = {int(facts["trial"]): 1.0}, 1.0
    if ensemble := facts.get("ensemble"):
        weights = {int(member["trial"]): float(member["weight"]) for member in ensemble["members"]}
        temperature = float(ensemble["temperature"])
    outputs = {
        number: found
        for number in weights
        if (found := read_validation_logits(folders.model(number))) is not None and len(found) == len(labels)
    }
    absent = [number for number in weights if number not in outputs]
    if absent and ensemble:
        raise UsageError(
            f"the outputs of the ensemble's trials must be kept, but those of trial {absent[0]} are not; search with a "
            "larger --keep-checkpoints"
        )
    if absent:
        return None
    source = f"{len(labels)} training and validation rows, each by models of the folds that did not see it"
    return HeldOut(combined(task_of(labels), outputs, weights) / temperature, labels, source)


def _ensemble_logits(study: ReopenedStudy, facts: Mapping[str, Any]) -> Logits:
    """Return the ensemble's logits of the validation rows, by its members as their trials left them."""
    folders, split = study.workspace.study(study.record.name), study.prepared.dataset.validation
    weights = {int(member["trial"]): float(member["weight"]) for member in facts["members"]}
    absent = [number for number in weights if not holds_model(folders.model(number))]
    if absent:
        raise UsageError(
            f"the models of the ensemble's trials must be kept, but that of trial {absent[0]} is not; search with a "
            "larger --keep-checkpoints"
        )
    members = {number: _scored(folders.model(number), split) for number in weights}
    logits: Logits = combined(study.prepared.dataset.task, members, weights) / float(facts["temperature"])
    return logits


def _scored(folder: Path, split: Split) -> Logits:
    return calibrated_logits(score(folder, split).logits)


def _out_of_fold(study: ReopenedStudy, number: int) -> HeldOut:
    point = study.space.replay(study.record.trials[number].params)
    if isinstance(point, Point):
        raise UsageError(
            f"the models of the folds of study {study.record.name!r} must have left outputs beside the model of trial "
            f"{number}, but there are none; search with a validation split (without --folds)"
        )
    try:
        logits = logits_of(study, point, study.prepared.dataset)
    except TrialsError as error:
        raise UsageError(str(error)) from error
    labels = all_labels(study.prepared.dataset)
    # as the model that was handed over is calibrated
    logits = logits / task_of(labels).calibrate(logits, labels).temperature
    source = f"{len(labels)} training and validation rows, by models of the same parameters that did not see them"
    return HeldOut(logits, labels, source)
