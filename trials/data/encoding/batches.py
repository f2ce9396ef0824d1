"""Batches of token arrays; texts of similar length share a batch, so that there is little padding."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import EncodedSplit
from trials.tasks import REGRESSION, LabelArray, task_of

WINDOW_BATCHES = 32
"""Texts are sorted by length within windows of this many batches: large enough for little padding, yet random."""

EVALUATION_TOKENS = {"cpu": 8_192, "cuda": 32_768}
"""Tokens in a batch of an evaluation. On a CPU, more would exceed its caches; on a GPU, more would take memory from
trials that share it, and this number keeps it busy (50 GFLOP for a layer of width 256)."""


@dataclass(frozen=True)
class Batch:
    """A batch of b texts, padded at the end to the longest of them.

    Attributes:
        tokens: token ids, shape (b, longest), int64.
        mask: shape (b, longest), bool, True at real tokens; None if no text is padded.
        labels: what a model learns of the texts, as `EncodedSplit.learned`.
    """

    tokens: NDArray[np.int64]
    mask: NDArray[np.bool_] | None
    labels: LabelArray

    def __len__(self) -> int:
        return len(self.labels)

    def split(self, parts: int) -> "Iterator[Batch]":
        """Yield the same texts in at most `parts` batches, of equal size except the last; padding is not changed."""
        size = -(-len(self) // parts)
        for start in range(0, len(self), size):
            rows = slice(start, start + size)
            yield Batch(self.tokens[rows], None if self.mask is None else self.mask[rows], self.labels[rows])


class TrainingBatches:
    """An endless sequence of batches, epoch after epoch, taken in portions of any number of examples.

    Args:
        split: the training texts.
        batch_size: examples in a batch.
        seed: seed of the order.
        balanced: whether rows are drawn with replacement, every class equally often; of numbers they never are.
    """

    def __init__(self, split: EncodedSplit, batch_size: int, seed: int, *, balanced: bool = False) -> None:
        self._split = split
        self._batch_size = batch_size
        self._seed = seed
        task = task_of(split.labels)
        self._shares = _balanced_shares(task.strata(split.labels)) if balanced and task is not REGRESSION else None
        self._epoch = 0
        self._waiting: deque[NDArray[np.int64]] = deque()

    def take(self, examples: int) -> Iterator[Batch]:
        """Yield batches with exactly `examples` examples in total.

        The rest of a cut batch comes first next time. So every batch size reaches the same number of examples.
        """
        for rows in self.rows(examples):
            yield collate(self._split, rows)

    def skip_to(self, examples: int) -> None:
        """Continue as if exactly the first `examples` examples had been taken."""
        self._epoch, taken = divmod(examples, len(self._split))
        self._waiting.clear()
        for _ in self.rows(taken):
            pass

    def rows(self, examples: int) -> Iterator[NDArray[np.int64]]:
        """Yield the row indices of the batches that `take` would yield, and take them."""
        while examples > 0:
            if not self._waiting:
                epoch = epoch_rows(self._split.lengths, self._batch_size, self._seed, self._epoch, self._shares)
                self._waiting.extend(epoch)
                self._epoch += 1
            rows = self._waiting.popleft()
            if len(rows) > examples:
                self._waiting.appendleft(rows[examples:])
                rows = rows[:examples]
            examples -= len(rows)
            yield rows


def epoch_rows(
    lengths: NDArray[np.int64], batch_size: int, seed: int, epoch: int, shares: NDArray[np.float64] | None = None
) -> list[NDArray[np.int64]]:
    """Return the rows of each batch of one epoch, in random order.

    Rows are shuffled, cut into windows of `WINDOW_BATCHES` batches, and sorted by length within each window. The same
    seed and epoch give the same batches. All have `batch_size` rows, except one if the split does not divide.

    Args:
        lengths: tokens of each text, shape (n,).
        batch_size: examples in a batch.
        seed: seed of the order.
        epoch: index of the epoch.
        shares: probability of each row, shape (n,), if n rows are drawn with replacement; None takes every row once.
    """
    generator = np.random.default_rng([seed, epoch])
    rows = len(lengths)
    order = generator.permutation(rows) if shares is None else generator.choice(rows, size=rows, p=shares)
    window = np.arange(len(order)) // (batch_size * WINDOW_BATCHES)
    order = order[np.lexsort((lengths[order], window))]
    batches = np.split(order, np.arange(batch_size, len(order), batch_size))
    return [batches[index] for index in generator.permutation(len(batches))]


def _balanced_shares(labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return row probabilities, shape (n,), under which all classes that occur are equally likely."""
    weights = 1.0 / np.bincount(labels)[labels]
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def evaluation_rows(lengths: NDArray[np.int64], tokens_per_batch: int) -> list[NDArray[np.int64]]:
    """Return the rows of each batch of an evaluation, in descending order of length; every row comes once.

    Args:
        lengths: tokens of each text, shape (n,).
        tokens_per_batch: largest number of tokens in a batch, padding included; a batch has at least one text.
    """
    order = np.argsort(lengths, kind="stable")[::-1]
    batches = []
    start = 0
    while start < len(order):
        # The first text of a batch is its longest, so it sets the width.
        stop = start + max(1, tokens_per_batch // max(1, int(lengths[order[start]])))
        batches.append(order[start:stop])
        start = stop
    return batches


def collate(split: EncodedSplit, rows: NDArray[np.int64]) -> Batch:
    """Return some texts as one batch, without a loop over texts.

    Args:
        split: the split.
        rows: row indices of the texts.
    """
    starts = split.offsets[rows]
    lengths = split.offsets[rows + 1] - starts
    columns = np.arange(lengths.max())
    real = columns < lengths[:, None]
    tokens = np.full(real.shape, split.padding_id, dtype=np.int64)
    tokens[real] = split.tokens[(starts[:, None] + columns)[real]]
    return Batch(tokens=tokens, mask=None if real.all() else real, labels=split.learned[rows])
