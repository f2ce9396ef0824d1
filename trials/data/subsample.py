"""Subsets of encoded splits, and the concatenation of both splits."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import EncodedDataset, EncodedSplit
from trials.data.split import split_off

FIRST_LOOK_ROWS = 128
"""Rows of the first evaluation, which is an early check and must be cheap for every size of the validation split."""


def first_look(validation: EncodedSplit) -> EncodedSplit:
    """Return the sample of `validation` that a trial's first evaluation uses."""
    return stratified_sample(validation, FIRST_LOOK_ROWS)


def stratified_sample(split: EncodedSplit, rows: int) -> EncodedSplit:
    """Return a stratified sample of a split; it is always the same one.

    Args:
        split: the split; it is returned unchanged if it has no more than `rows` texts.
        rows: approximate number of texts.
    """
    if len(split) <= rows:
        return split
    _, chosen = split_off(split.labels, rows / len(split), seed=0)
    return chosen_rows(split, chosen)


def chosen_rows(split: EncodedSplit, rows: NDArray[np.int64]) -> EncodedSplit:
    """Return some texts of a split; tokens are copied, not encoded again.

    Args:
        split: the split.
        rows: row indices; the result has their order.
    """
    lengths = split.lengths[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    tokens = split.tokens[np.repeat(split.offsets[rows], lengths) + within]
    return replace(split, tokens=tokens, offsets=offsets, labels=split.labels[rows])


def both_splits(data: EncodedDataset) -> EncodedSplit:
    """Return the training texts of `data`, followed by the validation texts."""
    train, validation = data.train, data.validation
    return replace(
        train,
        tokens=np.concatenate([train.tokens, validation.tokens]),
        offsets=np.concatenate([train.offsets, validation.offsets[1:] + train.offsets[-1]]),
        labels=np.concatenate([train.labels, validation.labels]),
    )
