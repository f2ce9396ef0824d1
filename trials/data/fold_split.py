"""The rows that a model is fitted to and those it is scored on, as indices into training and validation rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import Split, TextDataset, TrialData
from trials.data.division import divide, divide_groups, split_off, split_off_groups
from trials.tasks import LabelArray, task_of


@dataclass(frozen=True)
class Fold:
    """Row indices; validation rows are numbered after the training rows.

    Attributes:
        training: rows that the model is fitted to.
        held_out: rows that it is scored on.
    """

    training: NDArray[np.int64]
    held_out: NDArray[np.int64]


def the_splits(data: TrialData) -> Fold:
    """Return the training and the validation rows of `data` as one fold."""
    rows = np.arange(len(data.train) + len(data.validation))
    return Fold(rows[: len(data.train)], rows[len(data.train) :])


def division_of(data: TrialData, resplit: int | None) -> Fold:
    """Return the rows that a trial trains on, and those it is evaluated on.

    Args:
        data: the data set, whose groups are kept together.
        resplit: seed by which its training and validation rows are divided anew, in the same sizes; None: its splits.
    """
    if resplit is None:
        return the_splits(data)
    labels = all_labels(data)
    share = len(data.validation) / len(labels)
    if data.groups is None:
        return Fold(*split_off(labels, share, resplit))
    return Fold(*split_off_groups(task_of(labels).strata(labels), data.groups, share, resplit))


def all_labels(data: TrialData) -> LabelArray:
    """Return the labels of all training, then validation rows of `data`."""
    return np.concatenate([data.train.labels, data.validation.labels])


def texts_of(data: TextDataset, rows: NDArray[np.int64]) -> Split:
    """Return the texts of some rows; they have soft targets if all of them are training rows that have some.

    Args:
        data: the data set.
        rows: row indices; the result has their order.
    """
    texts = (*data.train.texts, *data.validation.texts)
    soft = data.train.targets
    targets = None if soft is None or (rows >= len(data.train)).any() else soft.of(rows)
    return Split(tuple(texts[row] for row in rows), all_labels(data)[rows], targets)


def folds_of(data: TrialData, count: int, seed: int) -> list[Fold]:
    """Return `count` folds with disjoint held-out rows, and a last one that holds out none.

    Args:
        data: the data set, whose training and validation rows are divided together; its groups are kept together.
        count: number of folds.
        seed: seed of the division.

    Raises:
        DataError: there are fewer groups than folds.
    """
    rows = np.arange(len(data.train) + len(data.validation))
    labels = all_labels(data)
    if data.groups is None:
        parts = divide(labels, count, seed)
    else:
        parts = divide_groups(task_of(labels).strata(labels), data.groups, count, seed)
    return [Fold(rows[parts != part], rows[parts == part]) for part in range(count + 1)]
