"""What the model that a study handed over says of rows that it was not fitted to."""

import json
from dataclasses import dataclass
from pathlib import Path

from automl.checkpoints import holds_model
from automl.core import FACTS_FILE, UsageError
from automl.export import score
from automl.review.out_of_fold import logits_of
from automl.review.reopened_study import ReopenedStudy
from search_spaces import Point
from trials.data import all_labels
from trials.metrics import Labels, Logits


@dataclass(frozen=True)
class HeldOut:
    """Logits of rows that the model was not fitted to.

    Attributes:
        logits: shape (n, classes).
        labels: class ids, shape (n,).
        source: which rows these are, and which model scored them, in words.
    """

    logits: Logits
    labels: Labels
    source: str


def held_out_logits(study: ReopenedStudy) -> HeldOut:
    """Return logits of validation rows by the model in `best`, or by its nearest relative that did not see them.

    A model that was fitted once more to training and validation rows is replaced by the model of its trial. Where that
    one is not kept, or has seen the rows, too (cross-validation), models of the same parameters score the rows that
    they were not fitted to, which works for models that are fitted in one go.

    Args:
        study: the study.

    Raises:
        UsageError: there is no model, or no such rows.
    """
    folders, dataset = study.workspace.study(study.record.name), study.prepared.dataset
    trial, has_folds, is_refitted = _facts(folders.best, study.record.name)
    rows = f"{len(dataset.validation)} validation rows"
    if not has_folds and not is_refitted:
        return HeldOut(score(folders.best, dataset.validation).logits, dataset.validation.labels, rows)
    if not has_folds and holds_model(folders.model(trial)):
        logits = score(folders.model(trial), dataset.validation).logits
        source = f"{rows}, by the model of trial {trial} before it was fitted to them, too"
        return HeldOut(logits, dataset.validation.labels, source)
    return _out_of_fold(study, trial)


def _facts(best: Path, name: str) -> tuple[int, bool, bool]:
    """Return the number of the winning trial, and whether its model was cross-validated or fitted once more."""
    try:
        facts = json.loads((best / FACTS_FILE).read_text(encoding="utf-8"))
        return int(facts["trial"]), bool(facts.get("folds")), bool(facts.get("is_refitted"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"study {name!r} must have handed over a model, but {str(best / FACTS_FILE)!r} cannot be read: {error}; "
            "let its search end first"
        ) from error


def _out_of_fold(study: ReopenedStudy, number: int) -> HeldOut:
    point = study.space.replay(study.record.trials[number].params)
    if isinstance(point, Point):
        raise UsageError(
            f"the model of study {study.record.name!r} was trained on all rows but those of the test split, so none is "
            "left to find a decision on; search with a validation split (without --folds)"
        )
    logits = logits_of(study, point, study.prepared.dataset)
    labels = all_labels(study.prepared.dataset)
    source = f"{len(labels)} training and validation rows, by models of the same parameters that did not see them"
    return HeldOut(logits, labels, source)
