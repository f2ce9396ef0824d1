"""Cross-validates the trials of a default search where the rows are too few for a validation split."""

from collections.abc import Callable

import numpy as np

from automl.config import FOLDS_PRUNER
from automl.planning.resolved_experiment import ResolvedExperiment
from search_spaces import SPACES
from trials.data import VALIDATION, TextDataset

FEW_ROWS = 200
"""Training and validation rows up to which trials are cross-validated: a validation split has 35 of them or fewer."""

FOLDS = 5

RULED_OUT_BY = ("folds", "pruner", "objectives", "constraints", "confirm", "soup")
"""Fields of the section `search` that the user decides on, and that go against folds, or may."""


def suited_folds(resolved: ResolvedExperiment, dataset: TextDataset, say: Callable[[str], None]) -> ResolvedExperiment:
    """Return the experiment with cross-validation if its rows are few and nothing that the user wants is against it.

    By a handful of validation rows nothing can be told apart, and the rows are missing for training. So each row is
    judged once, by a model that was not fitted to it. That takes several fits a trial, which is why it is done in the
    space `auto` with a time budget alone. A split by time, or one that the user has made, stays. The study stores the
    folds, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space.
        dataset: the data with its splits.
        say: receives one line if trials are cross-validated.
    """
    experiment, search = resolved.experiment, resolved.experiment.search
    rows = len(dataset.train) + len(dataset.validation)
    is_made = dataset.read is not None and VALIDATION in dataset.read.made and experiment.data.time is None
    has_groups = dataset.groups is None or len(np.unique(dataset.groups)) >= FOLDS
    is_default = resolved.space.function is SPACES["auto"] and search.time_budget is not None
    if rows > FEW_ROWS or not (is_made and has_groups and is_default) or search.model_fields_set & {*RULED_OUT_BY}:
        return resolved
    say(f"{rows} training and validation rows are too few to set some aside for validation; --folds off does so.")
    return resolved.with_search(folds=FOLDS, pruner=FOLDS_PRUNER)
