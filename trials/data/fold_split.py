"""Which rows a model is fitted to, and which it is asked about, as numbers into training and validation rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import Split, TextDataset, TrialData
from trials.data.split import divide


@dataclass(frozen=True)
class Fold:
    """Numbers of rows, from that of the first training row to that of the last validation row."""

    training: NDArray[np.int64]
    held_out: NDArray[np.int64]


def the_splits(data: TrialData) -> Fold:
    """Training and validation rows as they were split."""
    rows = np.arange(len(data.train) + len(data.validation))
    return Fold(rows[: len(data.train)], rows[len(data.train) :])


def all_labels(data: TrialData) -> NDArray[np.int64]:
    """The labels of all training and validation rows, shape (n,)."""
    return np.concatenate([data.train.labels, data.validation.labels])


def texts_of(data: TextDataset, rows: NDArray[np.int64]) -> Split:
    """The texts with these numbers, in that order."""
    texts = (*data.train.texts, *data.validation.texts)
    return Split(tuple(texts[row] for row in rows), all_labels(data)[rows])


def folds_of(data: TrialData, count: int, seed: int) -> list[Fold]:
    """`count` folds, each of which holds out other rows; and one at the end that holds out none."""
    rows = np.arange(len(data.train) + len(data.validation))
    parts = divide(all_labels(data), count, seed)
    return [Fold(rows[parts != part], rows[parts == part]) for part in range(count + 1)]
