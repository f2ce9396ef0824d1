"""The stages in which texts are read where that takes long: first a sample, and all of them only if it is worth it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import TrialData
from trials.protocol import BUDGET_STEPS
from trials.tasks import by_class, task_of

EARLY_STEPS = (BUDGET_STEPS // 9, BUDGET_STEPS // 3)
"""Steps of the early stages; the share of the training texts that is read by then is that of the budget."""

FEWEST_ROWS, ROWS_OF_A_CLASS = 100, 10
"""Training texts of the smallest sample, in all and for each class: the model of fewer tells little."""

LEAST_OF_A_CLASS = 2
"""Training texts of each class in a sample, if it has so many."""


@dataclass(frozen=True)
class Stage:
    """Texts that are read before a model is fitted to all that were read.

    Attributes:
        step: step of the budget that is reached with it.
        training: training rows that are read by then.
        added: rows that are read in this stage, validation rows numbered after the training rows. The first stage has
            all validation rows.
    """

    step: int
    training: NDArray[np.int64]
    added: NDArray[np.int64]


def stages_of(data: TrialData) -> tuple[Stage, ...]:
    """Return the stages; the last one ends with all rows. They are always the same for the same labels.

    Each sample is stratified and contains the one before. Samples that would be too small are left out.

    Args:
        data: the data.
    """
    labels, rows = data.train.labels, len(data.train) + len(data.validation)
    fewest = max(FEWEST_ROWS, ROWS_OF_A_CLASS * len(data.label_names))
    task, places = task_of(labels), _places(task_of(labels).strata(labels))
    is_read, stages = np.arange(rows) < 0, list[Stage]()
    for step in EARLY_STEPS:
        sample = np.flatnonzero((places < step / BUDGET_STEPS) | is_read[: len(labels)])
        if len(sample) >= fewest:
            training = np.sort(task.with_each_class(labels, sample, LEAST_OF_A_CLASS))
            stages.append(_stage(step, training, np.append(training, np.arange(len(labels), rows)), is_read))
    return (*stages, _stage(BUDGET_STEPS, np.arange(len(labels)), np.arange(rows), is_read))


def _stage(step: int, training: NDArray[np.int64], wanted: NDArray[np.int64], is_read: NDArray[np.bool_]) -> Stage:
    """Return the stage that reads those of the rows `wanted` that were not read, and mark them as read."""
    added = wanted[~is_read[wanted]]
    is_read[added] = True
    return Stage(step, training, added)


def _places(strata: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a number from 0 to 1 for each row, such that the rows below any limit are a stratified sample.

    The first `LEAST_OF_A_CLASS` rows of each stratum have 0.
    """
    generator, places = np.random.default_rng(0), np.empty(len(strata))
    for rows in by_class(strata):
        order = generator.permutation(rows)
        places[order] = (np.arange(len(rows)) + 0.5) / len(rows)
        places[order[:LEAST_OF_A_CLASS]] = 0.0
    return places
