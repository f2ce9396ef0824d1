"""The stages in which texts are read where that takes long: first a sample, and all of them only if it is worth it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import TrialData
from trials.protocol import BUDGET_STEPS
from trials.tasks import LabelArray, task_of

EARLY_STEPS = (8, 26)
"""Steps of the early stages: about a tenth and a third of the budget, and of the training texts.

Models that are trained in steps are not evaluated at these, so that pruners which compare trials at one step do not
compare them with models of samples.
"""

FEWEST_ROWS, ROWS_OF_A_CLASS = 100, 10
"""Training texts of the smallest sample whose model tells enough, in all and for each class."""


@dataclass(frozen=True)
class Stage:
    """Texts that are read before a model is fitted to all that were read.

    Attributes:
        step: step of the budget that is reached with it.
        training: training rows that are read by then.
        added: rows that are read in this stage, validation rows numbered after the training rows. The first stage has
            all validation rows.
        is_enough: whether a model of these rows tells something: they are not too few, and no class is missing.
    """

    step: int
    training: NDArray[np.int64]
    added: NDArray[np.int64]
    is_enough: bool


def stages_of(data: TrialData) -> tuple[Stage, ...]:
    """Return the stages; the last one ends with all rows.

    Samples are drawn by chance and each contains the one before. They depend on the number of rows only, not on labels,
    so that the same texts with corrected labels are read in the same stages.

    Args:
        data: the data.
    """
    labels, held_out = data.train.labels, len(data.validation)
    order = np.random.default_rng(0).permutation(len(labels))
    stages, before = list[Stage](), 0
    for step in (*EARLY_STEPS, BUDGET_STEPS):
        count = len(labels) * step // BUDGET_STEPS
        training, added = np.sort(order[:count]), np.sort(order[before:count])
        if not stages:
            added = np.append(added, np.arange(len(labels), len(labels) + held_out))
        is_enough = step == BUDGET_STEPS or _is_enough(labels, training, len(data.label_names))
        stages.append(Stage(step, training, added, is_enough))
        before = count
    return tuple(stages)


def _is_enough(labels: LabelArray, rows: NDArray[np.int64], names: int) -> bool:
    """Return whether a model of some rows tells something of one of all; numbers have one name."""
    if len(rows) < max(FEWEST_ROWS, ROWS_OF_A_CLASS * names):
        return False
    task = task_of(labels)
    return names == 1 or len(task.class_rows(labels[rows])) == len(task.class_rows(labels))
