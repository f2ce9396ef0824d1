"""Class balance: its parameters are searched only if the classes are imbalanced."""

import numpy as np
from numpy.typing import NDArray

from automl.config import Experiment
from automl.planning.fixed_parameters import asked_for, with_overrides
from search_spaces import Space
from search_spaces.blocks import is_balance

UNLIKE = 2.0
"""Classes count as imbalanced from this ratio between the rows of the largest and the smallest class on."""


def is_imbalanced(labels: NDArray[np.int64]) -> bool:
    """Return whether the classes in `labels`, class indices of shape (rows,), are imbalanced."""
    counts = np.bincount(labels)
    counts = counts[counts > 0]
    return bool(counts.max() >= UNLIKE * counts.min())


def without_balance(experiment: Experiment, space: Space) -> Experiment:
    """Return the experiment with the parameters of class balance fixed at their defaults.

    The study stores these overrides, so they also hold when it is resumed.

    Args:
        experiment: the experiment. Parameters in its overrides, priors or points are not fixed.
        space: the search space of the experiment.
    """
    dimensions, spared = space.dimensions(), asked_for(experiment, space)
    fixed = {name: dimensions[name].default for name in dimensions if is_balance(name) and name not in spared}
    return with_overrides(experiment, fixed)
