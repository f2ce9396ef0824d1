"""A part of an encoded split that stands for the whole."""

from dataclasses import replace

import numpy as np

from trials.data.dataset import EncodedSplit
from trials.data.split import split_off


def stratified_sample(split: EncodedSplit, rows: int) -> EncodedSplit:
    """About `rows` texts of `split`, each class by its share, always the same; a smaller split comes back whole."""
    if len(split) <= rows:
        return split
    _, chosen = split_off(split.labels, rows / len(split), seed=0)
    lengths = split.lengths[chosen]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    tokens = split.tokens[np.repeat(split.offsets[chosen], lengths) + within]
    return replace(split, tokens=tokens, offsets=offsets, labels=split.labels[chosen])
