"""Whether classes are of like size, and then nothing is searched about it."""

import numpy as np
from numpy.typing import NDArray

from automl.config import Experiment
from automl.planning.fixed_parameters import asked_for, with_overrides
from search_spaces import Space
from search_spaces.blocks import is_balance

UNLIKE = 2.0
"""Classes are of unlike size where the largest has this many times the rows of the smallest."""


def is_imbalanced(labels: NDArray[np.int64]) -> bool:
    """Whether the classes that occur among `labels` are of unlike size."""
    counts = np.bincount(labels)
    counts = counts[counts > 0]
    return bool(counts.max() >= UNLIKE * counts.min())


def without_balance(experiment: Experiment, space: Space) -> Experiment:
    """The experiment with each parameter of balance at its default, but for those that it speaks of.

    Points and priors speak of some, too. It stays so in the study, which may be resumed.
    """
    dimensions, spared = space.dimensions(), asked_for(experiment, space)
    fixed = {name: dimensions[name].default for name in dimensions if is_balance(name) and name not in spared}
    return with_overrides(experiment, fixed)
