"""Cross-validates the trials of a default search where the rows are too few for a validation split."""

from collections.abc import Callable

import numpy as np

from automl.config import FOLDS_PRUNER, Experiment
from automl.planning.resolved_experiment import ResolvedExperiment
from search_spaces import SPACES, Point, Space
from trials.data import VALIDATION, TextDataset, all_labels, folds_of

FEW_ROWS = 200
"""Training and validation rows up to which trials are cross-validated; at default shares 35 of them would validate."""

FOLDS = 5


def suited_folds(resolved: ResolvedExperiment, dataset: TextDataset, say: Callable[[str], None]) -> ResolvedExperiment:
    """Return the experiment with cross-validation if its rows are few and nothing that the user wants is against it.

    By a handful of validation rows nothing can be told apart, and the rows are missing for training. So each row is
    judged once, by a model that was not fitted to it. That takes several fits a trial, which is why it is done in the
    space `auto` with a time budget alone, and only where there are models that are fitted in a second. The study stores
    the folds, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space.
        dataset: the data with its splits.
        say: receives one line if trials are cross-validated.
    """
    experiment, rows = resolved.experiment, len(dataset.train) + len(dataset.validation)
    is_made = dataset.read is not None and VALIDATION in dataset.read.made
    if rows > FEW_ROWS or not is_made or _is_settled(experiment) or not _is_quick(experiment, resolved.space):
        return resolved
    if not _has_each_class_in_each_fold(dataset, experiment.data.seed):
        return resolved
    say(f"{rows} training and validation rows are too few to set some aside for validation; --folds off does so.")
    return resolved.with_search(folds=FOLDS, pruner=FOLDS_PRUNER)


def _is_settled(experiment: Experiment) -> bool:
    """Return whether the user has decided on something that goes against folds, or may."""
    search, data = experiment.search, experiment.data
    named = {"folds", "pruner", "confirm", "soup"} & search.model_fields_set
    has_split = "validation_share" in data.model_fields_set or data.time is not None
    is_packed = "pack" in experiment.resources.model_fields_set
    return bool(named or has_split or is_packed or len(search.objectives) > 1 or search.constraints)


def _is_quick(experiment: Experiment, space: Space) -> bool:
    """Return whether some trials take seconds, and the time is limited, so that folds cannot make a search endless."""
    is_auto = space.function is SPACES["auto"] and experiment.search.time_budget is not None
    return (
        is_auto
        and "epochs" not in experiment.trial.model_fields_set
        and any(not isinstance(point, Point) for point in space.default_points())
    )


def _has_each_class_in_each_fold(dataset: TextDataset, seed: int) -> bool:
    """Return whether the models of all folds see each class, which groups, or a class of one row, may prevent."""
    if dataset.groups is not None and len(np.unique(dataset.groups)) < FOLDS:
        return False
    labels = all_labels(dataset)
    if np.issubdtype(labels.dtype, np.floating):
        return True
    classes = labels if labels.ndim == 2 else np.eye(len(dataset.label_names), dtype=bool)[labels]
    seen = [classes[fold.training].any(axis=0) for fold in folds_of(dataset, FOLDS, seed)]
    return bool((np.array(seen) == classes.any(axis=0)).all())
