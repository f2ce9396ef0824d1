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

    A model that was fitted once more to training and validation rows is replaced by the model of its trial. Where that
    one is not kept, or has seen the rows, too (cross-validation), models of the same parameters score the rows that
    they were not fitted to, which works for models that are fitted in one go.

    Args:
        study: the study.

    Raises:
        UsageError: there is no model, there are no such rows, or no models can be fitted without them.
    """
    folders, dataset = study.workspace.study(study.record.name), study.prepared.dataset
    facts = _facts(folders.best, study.record.name)
    trial, has_folds, is_refitted = int(facts["trial"]), bool(facts.get("folds")), bool(facts.get("is_refitted"))
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
            f"the model of study {study.record.name!r} was trained on all rows but those of the test split, so none is "
            "left to find a decision on; search with a validation split (without --folds)"
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
