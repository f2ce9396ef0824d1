"""Parts of encoded splits, and both of them as one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trials.data.dataset import EncodedDataset, EncodedSplit
from trials.data.split import split_off

FIRST_LOOK_ROWS = 128
"""The first evaluation only shows that all is well: it must cost little, however large the validation split is."""


def first_look(validation: EncodedSplit) -> EncodedSplit:
    """What a trial's first evaluation is of."""
    return stratified_sample(validation, FIRST_LOOK_ROWS)


def stratified_sample(split: EncodedSplit, rows: int) -> EncodedSplit:
    """About `rows` texts of `split`, each class by its share, always the same; a smaller split comes back whole."""
    if len(split) <= rows:
        return split
    _, chosen = split_off(split.labels, rows / len(split), seed=0)
    return chosen_rows(split, chosen)


def chosen_rows(split: EncodedSplit, rows: NDArray[np.int64]) -> EncodedSplit:
    """The texts `rows` of `split`, in that order; tokens are copied, not made again."""
    lengths = split.lengths[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    tokens = split.tokens[np.repeat(split.offsets[rows], lengths) + within]
    return replace(split, tokens=tokens, offsets=offsets, labels=split.labels[rows])


def both_splits(data: EncodedDataset) -> EncodedSplit:
    """The training texts, and after them the validation texts."""
    train, validation = data.train, data.validation
    return replace(
        train,
        tokens=np.concatenate([train.tokens, validation.tokens]),
        offsets=np.concatenate([train.offsets, validation.offsets[1:] + train.offsets[-1]]),
        labels=np.concatenate([train.labels, validation.labels]),
    )
