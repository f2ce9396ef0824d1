"""The outputs of a classifier for labelled rows, and their counts.

Time and memory are those of a few passes over the logits, also with 10 000 classes: nothing has classes^2 cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from trials.metrics.probabilities import Logits, log_softmax

Labels: TypeAlias = NDArray[np.int64]


class Outputs:
    """The outputs of a classifier for some rows, with their labels, and what several metrics compute from them.

    Args:
        logits: finite numbers, shape (n, classes).
        labels: class ids, shape (n,).
    """

    def __init__(self, logits: Logits, labels: Labels) -> None:
        self.logits = logits
        self.labels = labels

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.logits.shape[1])

    @cached_property
    def predicted(self) -> Labels:
        """Class with the largest logit of each row, shape (n,); ties go to the first class."""
        predicted: Labels = self.logits.argmax(axis=1)
        return predicted

    @cached_property
    def log_probabilities(self) -> Logits:
        """Log-probabilities, shape (n, classes)."""
        return log_softmax(self.logits)

    @cached_property
    def confusion(self) -> "Confusion":
        """Counts of rows by true and predicted class."""
        pairs = self.labels * self.classes + self.predicted
        cells, counts = np.unique(pairs, return_counts=True)
        true, predicted = np.divmod(cells, self.classes)
        return Confusion(self.classes, tuple(zip(true.tolist(), predicted.tolist(), counts.tolist(), strict=True)))


@dataclass(frozen=True)
class Confusion:
    """Counts of rows by true and predicted class, without the empty cells, so that it has at most one cell for a row.

    Attributes:
        classes: number of classes.
        cells: true class, predicted class and number of rows of each cell that has rows, in ascending order.
    """

    classes: int
    cells: tuple[tuple[int, int, int], ...]

    @property
    def rows(self) -> int:
        """Number of all rows."""
        return int(self.true.sum())

    @cached_property
    def true(self) -> NDArray[np.int64]:
        """Rows of each true class, shape (classes,)."""
        return self._sums(self.cells, 0)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Rows of each predicted class, shape (classes,)."""
        return self._sums(self.cells, 1)

    @cached_property
    def right(self) -> NDArray[np.int64]:
        """Rows of each true class whose prediction is right, shape (classes,)."""
        return self._sums([cell for cell in self.cells if cell[0] == cell[1]], 0)

    @property
    def f1(self) -> NDArray[np.float64]:
        """F1 = 2 TP / (2 TP + FP + FN) of each class, shape (classes,); NaN for a class that occurs nowhere.

        Van Rijsbergen, "Information Retrieval", 1979.
        """
        either = (self.true + self.predicted).astype(np.float64)
        f1 = np.full(self.classes, np.nan)
        np.divide(2.0 * self.right, either, out=f1, where=either > 0)
        return f1

    def matrix(self, chosen: Sequence[int] | None = None) -> NDArray[np.int64]:
        """Return counts `[true][predicted]`, shape (classes, classes).

        Args:
            chosen: ids of the classes to keep, in this order; None keeps all. Cells of other classes are left out.
        """
        indices = {kept: index for index, kept in enumerate(range(self.classes) if chosen is None else chosen)}
        counts = np.zeros((len(indices), len(indices)), dtype=np.int64)
        for true, predicted, rows in self.cells:
            if true in indices and predicted in indices:
                counts[indices[true], indices[predicted]] = rows
        return counts

    def _sums(self, cells: Sequence[tuple[int, int, int]], axis: int) -> NDArray[np.int64]:
        sums = np.zeros(self.classes, dtype=np.int64)
        for cell in cells:
            sums[cell[axis]] += cell[2]
        return sums
